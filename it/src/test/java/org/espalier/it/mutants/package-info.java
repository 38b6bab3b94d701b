/**
 * The fuzzer: seeded damage to small SavedModels, each inspected, planned, grown and run in a child
 * process. Every mutant must end in a clear error or in a correct model.
 */
package org.espalier.it.mutants;
