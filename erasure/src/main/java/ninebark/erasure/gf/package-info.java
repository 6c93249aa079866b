/**
 * The arithmetic under the codes: the field GF(2^8), matrices over it, and the two generator
 * matrices. Knows nothing of shards or memory. Start at {@link ninebark.erasure.gf.GaloisField}.
 */
package ninebark.erasure.gf;
