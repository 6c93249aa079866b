# A bucket with the documents that infrastructure tools manage. Not its lifecycle: the provider watches that for a
# minute before it believes it.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "access_key" {}
variable "secret_key" {}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = var.access_key
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
  s3_use_path_style           = true
  endpoints { s3 = var.endpoint }
}
resource "aws_s3_bucket" "b" {
  bucket = "tf-bucket"
  # Versions would hold it back.
  force_destroy = true
  tags          = { team = "storage" }
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  block_public_policy     = false
  restrict_public_buckets = false
}
resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule { object_ownership = "BucketOwnerPreferred" }
}
resource "aws_s3_bucket_acl" "b" {
  depends_on = [aws_s3_bucket_ownership_controls.b]
  bucket     = aws_s3_bucket.b.id
  acl        = "private"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}
resource "aws_s3_bucket_policy" "b" {
  depends_on = [aws_s3_bucket_public_access_block.b]
  bucket     = aws_s3_bucket.b.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid = "read", Effect = "Allow", Principal = "*", Action = "s3:GetObject"
      Resource = "${aws_s3_bucket.b.arn}/*"
    }]
  })
}
resource "aws_s3_bucket_logging" "b" {
  bucket        = aws_s3_bucket.b.id
  target_bucket = aws_s3_bucket.b.id
  target_prefix = "log/"
}
resource "aws_s3_object" "o" {
  depends_on = [aws_s3_bucket_versioning.b]
  bucket     = aws_s3_bucket.b.id
  key        = "hello"
  content    = "hi"
  tags       = { kind = "greeting" }
}
