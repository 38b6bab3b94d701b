package org.espalier.api;

/**
 * Why something that was found is not available.
 *
 * @param subject the id where it is known, else the class or the file
 * @param reason what is wrong, and what to do
 * @param location the jar or folder it was found in, or {@code unknown}
 */
public record PluginProblem(String subject, String reason, String location) {
  @Override
  public String toString() {
    return location.equals(Provenance.UNKNOWN)
        ? subject + " - " + reason
        : subject + " - " + reason + " (" + location + ")";
  }
}
