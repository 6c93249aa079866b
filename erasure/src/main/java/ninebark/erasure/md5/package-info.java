/**
 * MD5 for many uploads at once, in vector lanes. Knows bytes and threads, nothing of objects. Start
 * at {@link ninebark.erasure.md5.Md5Service}.
 */
package ninebark.erasure.md5;
