package org.espalier.tf.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.espalier.api.EspalierException;

/** Reads text files as tokens, with the errors that a user's paths can cause. */
final class TextFiles {
  private TextFiles() {}

  static boolean isTokenFile(Path file) {
    checkReadable(file);
    try (InputStream in = Files.newInputStream(file)) {
      // A damaged token file must not be read as text: its name is enough to say what it is.
      return TokenHeader.isMagic(in.readNBytes(TokenHeader.magicLength()))
          || file.toString().endsWith(".tokens");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static boolean isTfRecord(Path file) {
    try {
      return TfRecords.isMeant(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static TokenStore tokenize(List<Path> text, Tokenizer tokenizer) {
    checkText(text);
    return temporary(
        text.size() == 1 ? text.get(0).toString() : text.size() + " text files",
        tokenizer,
        writer -> encode(text, tokenizer, writer));
  }

  static TokenStore tokenize(String name, InputStream text, Tokenizer tokenizer) {
    return temporary(name, tokenizer, writer -> tokenizer.encode(text, writer));
  }

  static long write(List<Path> text, Tokenizer tokenizer, Path out) {
    checkText(text);
    return NewFile.write(
        out,
        "tokens",
        channel -> fill(channel, tokenizer, writer -> encode(text, tokenizer, writer)).tokens());
  }

  static void checkReadable(Path file) {
    if (!Files.exists(file)) {
      throw new EspalierException("no such file: " + file + "; name a text file or a token file");
    }
    if (Files.isDirectory(file)) {
      throw new EspalierException(file + " is a directory: name the text files in it one by one");
    }
    if (!Files.isRegularFile(file)) {
      throw new EspalierException(
          file + " is not a file that can be read twice (a pipe or a device): write it to a file");
    }
  }

  static EspalierException unreadable(Path file, IOException cause) {
    String reason =
        cause instanceof NoSuchFileException
            ? "it does not exist"
            : String.valueOf(cause.getMessage());
    return new EspalierException("cannot read " + file + ": " + reason, cause);
  }

  static void closeQuietly(Closeable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (IOException e) {
        // Only reached while another error is on its way to the user; that one says more.
      }
    }
  }

  private interface Source {
    void writeTo(TokenWriter writer) throws IOException;
  }

  private static TokenStore temporary(String name, Tokenizer tokenizer, Source source) {
    FileChannel channel = null;
    try {
      channel = StoredBytes.temporary("tokens");
      TokenHeader header = fill(channel, tokenizer, source);
      if (header.tokens() == 0) {
        throw empty(name);
      }
      TokenStore store = new TokenStore(name, channel, header);
      channel = null;
      return store;
    } catch (IOException e) {
      throw new EspalierException(
          "cannot keep the tokens of %s in directory %s: %s"
              .formatted(name, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    } finally {
      closeQuietly(channel);
    }
  }

  private static TokenHeader fill(FileChannel channel, Tokenizer tokenizer, Source source)
      throws IOException {
    TokenWriter writer = new TokenWriter(channel, tokenizer.vocabulary());
    try {
      source.writeTo(writer);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return writer.finish();
  }

  private static void encode(List<Path> text, Tokenizer tokenizer, TokenWriter writer) {
    for (int i = 0; i < text.size(); i++) {
      if (i > 0) {
        separate(tokenizer.vocabulary(), writer);
      }
      try (InputStream in = Files.newInputStream(text.get(i))) {
        tokenizer.encode(in, writer);
      } catch (IOException e) {
        throw unreadable(text.get(i), e);
      }
    }
  }

  private static void separate(Vocabulary vocabulary, TokenWriter writer) {
    int separator = vocabulary.special().sep();
    if (separator != SpecialTokens.NONE) {
      writer.accept(separator);
    }
  }

  private static void checkText(List<Path> text) {
    if (text.isEmpty()) {
      throw new EspalierException("no text was named: name at least one text file");
    }
    for (Path file : text) {
      if (isTokenFile(file)) {
        throw new EspalierException(
            file + " is a token file: name text files only, or this token file alone");
      }
      if (isTfRecord(file)) {
        throw new EspalierException(
            file
                + " is a TFRecord file, not text: name text files, or, to train on masked sequences, TFRecord files only");
      }
    }
    for (Path file : text) {
      try {
        if (Files.size(file) > 0) {
          return;
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    throw empty(text.size() == 1 ? text.get(0).toString() : "all " + text.size() + " text files");
  }

  private static EspalierException empty(String name) {
    return new EspalierException("there is no text in " + name + ": name a file that is not empty");
  }
}
