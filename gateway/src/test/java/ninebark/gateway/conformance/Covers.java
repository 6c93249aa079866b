package ninebark.gateway.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import ninebark.gateway.request.S3Operation;

/**
 * Says which operations a test class or one test proves. The coverage table of the README names
 * these classes, and a test fails while an operation that is said to work is covered by none.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Covers {
  S3Operation[] value();
}
