/** The library's front door: open, plan, grow, train and run. */
package org.espalier.tf;
