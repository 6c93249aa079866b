package ninebark.bench.load;

/**
 * One object of a run, all of it known from its number.
 *
 * @param path percent-encoded, bucket included
 */
record LoadObject(String key, String path, int variant, long length) {}
