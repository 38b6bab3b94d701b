/**
 * The {@code espalier} command: a class for each subcommand, what they share, and how answers and
 * errors are printed. What a command does belongs into the library.
 */
package org.espalier.cli;
