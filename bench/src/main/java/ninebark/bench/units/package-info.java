/** Quantities as people type and read them: {@code 4KiB}, {@code 30s}. Pure. */
package ninebark.bench.units;
