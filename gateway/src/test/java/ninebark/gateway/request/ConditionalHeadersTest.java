package ninebark.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionalHeadersTest {
  private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";

  private static void refuse(S3Operation operation, String name, String value) {
    Unsupported.refuse(operation, Headers.builder().add(name, value).build());
  }

  private static void assertRefused(S3Operation operation, String name, String value) {
    assertThatThrownBy(() -> refuse(operation, name, value))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> {
              assertThat(refused.error()).isEqualTo(S3Error.NOT_IMPLEMENTED);
              assertThat(refused.elements()).contains(new S3Exception.Extra("Header", name));
            });
  }

  @ParameterizedTest
  @EnumSource(S3Operation.class)
  void conditionsNobodyKnowsAreRefusedByAll(S3Operation operation) {
    for (var name : List.of("if-size-below", "x-amz-if-match-colour", "x-amz-source-if-match")) {
      assertRefused(operation, name, "1");
    }
  }

  static Stream<Arguments> changesWithoutConditions() {
    return Arrays.stream(S3Operation.values())
        .filter(each -> each.method() != S3Operation.Method.GET)
        .filter(each -> each.method() != S3Operation.Method.HEAD)
        .filter(
            each ->
                !List.of(
                        S3Operation.PUT_OBJECT,
                        S3Operation.COPY_OBJECT,
                        S3Operation.COMPLETE_MULTIPART_UPLOAD,
                        S3Operation.RENAME_OBJECT,
                        S3Operation.DELETE_OBJECT)
                    .contains(each))
        .flatMap(
            each ->
                Stream.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")
                    .map(name -> Arguments.of(each, name)));
  }

  @ParameterizedTest
  @MethodSource("changesWithoutConditions")
  void changesThatJudgeNoConditionsRefuseThem(S3Operation operation, String name) {
    assertRefused(operation, name, name.endsWith("since") ? DATE : "\"abc\"");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE_OBJECT,if-none-match,*",
    "DELETE_OBJECT,if-modified-since,x",
    "DELETE_OBJECT,if-unmodified-since,x",
    "PUT_OBJECT,if-modified-since,x",
    "PUT_OBJECT,if-unmodified-since,x",
    "PUT_OBJECT,x-amz-if-match-size,5",
    "PUT_OBJECT,x-amz-if-match-last-modified-time,x",
    "COPY_OBJECT,if-unmodified-since,x",
    "COPY_OBJECT,x-amz-if-match-size,5",
    "COMPLETE_MULTIPART_UPLOAD,if-modified-since,x",
    "UPLOAD_PART_COPY,if-match,abc",
    "UPLOAD_PART,x-amz-copy-source-if-match,abc",
    "GET_OBJECT,x-amz-copy-source-if-match,abc",
    "GET_OBJECT,x-amz-if-match-size,5",
    "ABORT_MULTIPART_UPLOAD,x-amz-if-match-initiated-time,x",
    "DELETE_OBJECTS,if-match,abc",
    "LIST_OBJECTS_V2,if-match,abc",
    "LIST_OBJECTS_V2,if-unmodified-since,x",
    "LIST_OBJECTS_V2,if-none-match,*",
    "GET_OBJECT_TAGGING,if-match,abc",
    "GET_OBJECT_ATTRIBUTES,x-amz-if-match-size,5",
    "HEAD_BUCKET,if-match,*"
  })
  void aConditionOfAnotherOperationIsRefused(S3Operation operation, String name, String value) {
    assertRefused(operation, name, value);
  }

  @Test
  void readsOfWhatHasNeitherTagNorDateAreAlwaysNew() {
    assertThatCode(
            () -> {
              refuse(S3Operation.LIST_OBJECTS_V2, "if-none-match", "\"abc\"");
              refuse(S3Operation.LIST_OBJECTS_V2, "if-modified-since", DATE);
              refuse(S3Operation.GET_OBJECT_TAGGING, "if-none-match", "\"abc\"");
            })
        .doesNotThrowAnyException();
  }
}
