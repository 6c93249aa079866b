/**
 * The inner loops: a matrix times rows of bytes, once per way of computing it. Knows segments and
 * coefficients, not codes or losses. Start at {@link ninebark.erasure.kernel.Kernel}.
 */
package ninebark.erasure.kernel;
