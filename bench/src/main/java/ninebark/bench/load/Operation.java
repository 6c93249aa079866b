package ninebark.bench.load;

/** What is measured apart. */
public enum Operation {
  PUT,
  GET,
  STAT,
  DELETE,
  DELETE_BATCH,
  LIST,
  GET_RANGE,
  CREATE_UPLOAD,
  UPLOAD_PART,
  COMPLETE_UPLOAD,
  PUT_VERSION,
  GET_VERSION,
  STAT_VERSION,
  DELETE_VERSION,
  PUT_IF_ABSENT,
  PUT_REFUSED,
  PUT_IF_MATCH,
  GET_IF_MATCH,
  GET_NOT_MODIFIED
}
