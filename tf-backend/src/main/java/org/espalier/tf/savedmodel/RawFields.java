package org.espalier.tf.savedmodel;

import com.google.gson.JsonParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Splits the text of a JSON object into those of its fields, which whoever reads them checks.
 *
 * <p>A model's record holds a thousand values; they would be parsed twice if it was parsed whole.
 */
final class RawFields {
  private final String json;
  private int at;

  private RawFields(String json) {
    this.json = json;
  }

  /**
   * Returns the text of each field of an object, by its name.
   *
   * @throws JsonParseException if the text is no object, or names a field twice
   */
  static Map<String, String> of(String json) {
    return new RawFields(json).split();
  }

  private Map<String, String> split() {
    Map<String, String> fields = new LinkedHashMap<>();
    expect('{');
    if (next() == '}') {
      at++;
    } else {
      char end;
      do {
        expect('"');
        int from = at;
        skipString();
        String name = json.substring(from, at - 1);
        expect(':');
        next();
        int start = at;
        skipValue();
        if (fields.put(name, json.substring(start, at)) != null) {
          throw new JsonParseException("it has two fields '" + name + "'");
        }
        end = next();
        at++;
      } while (end == ',');
      if (end != '}') {
        throw new JsonParseException("a field ends in '" + end + "'");
      }
    }
    if (!json.substring(at).isBlank()) {
      throw new JsonParseException("there is something behind it");
    }
    return fields;
  }

  /** Moves behind a value, which ends where the object goes on. */
  private void skipValue() {
    int depth = 0;
    for (; ; at++) {
      char c = here();
      if (c == '"') {
        at++;
        skipString();
        at--;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (depth == 0 && (c == ',' || c == '}')) {
        return;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
  }

  /** Moves behind the quotation mark that ends a string. */
  private void skipString() {
    while (here() != '"') {
      at += here() == '\\' ? 2 : 1;
    }
    at++;
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw new JsonParseException("'" + here() + "' stands where " + wanted + " should");
    }
    at++;
  }

  /** Moves to the next character that is no blank and returns it. */
  private char next() {
    while (Character.isWhitespace(here())) {
      at++;
    }
    return here();
  }

  private char here() {
    if (at >= json.length()) {
      throw new JsonParseException("it ends too early");
    }
    return json.charAt(at);
  }
}
