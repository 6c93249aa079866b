/** What this module asks of the JIT compiler. Knows the JVM, nothing else of ours. */
package ninebark.erasure.jit;
