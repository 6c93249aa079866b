package ninebark.gateway.policy;

import java.util.Locale;

/**
 * A pattern in which {@code *} stands for any characters and {@code ?} for one. Matching takes time
 * proportional to the product of both lengths at worst, whatever the pattern.
 *
 * @param anyCase whether case does not matter
 */
record Wildcard(String pattern, boolean anyCase) {
  Wildcard {
    pattern = anyCase ? pattern.toLowerCase(Locale.ROOT) : pattern;
  }

  boolean matches(String text) {
    var subject = anyCase ? text.toLowerCase(Locale.ROOT) : text;
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (at < subject.length()) {
      if (in < pattern.length()
          && pattern.charAt(in) != '*'
          && (pattern.charAt(in) == '?' || pattern.charAt(in) == subject.charAt(at))) {
        at++;
        in++;
      } else if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = in++;
        resume = at;
      } else if (star >= 0) {
        // The last star takes one character more; no earlier one can do better.
        in = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') {
      in++;
    }
    return in == pattern.length();
  }

  /** Whether some text begins with {@code prefix} and matches. */
  boolean mayStartWith(String prefix) {
    int wild = 0;
    while (wild < pattern.length() && pattern.charAt(wild) != '*' && pattern.charAt(wild) != '?') {
      wild++;
    }
    return wild == pattern.length()
        ? pattern.startsWith(prefix)
        : pattern.regionMatches(0, prefix, 0, Math.min(wild, prefix.length()));
  }
}
