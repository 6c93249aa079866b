/**
 * {@code ninebark bench codec}: how fast every coder is beside what the machine can do at all, with
 * the results checked before they are timed. Knows the erasure module only. Start at {@link
 * ninebark.bench.codec.CodecBench}.
 */
package ninebark.bench.codec;
