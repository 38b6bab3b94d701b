package org.espalier.tf;

import java.nio.file.Path;
import java.util.List;

/**
 * What a growth wrote.
 *
 * @param directory the grown model
 * @param bytesWritten size of its files
 * @param seconds wall-clock time
 * @param functions what became of each function of the model, a line each
 */
public record GrowthResult(
    Path directory, long bytesWritten, double seconds, List<String> functions) {}
