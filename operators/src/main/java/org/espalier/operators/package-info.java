/**
 * Espalier's own growth operators, one class each, found exactly as a third party's are.
 *
 * <p>An operator here says how blocks and widths change and leaves the rest to the plan builder.
 */
package org.espalier.operators;
