/** Dealing out bytes: which number of bits each tensor gets so that all fit and the network suffers least. Arrays only; knows no model. */
@NullMarked
package dev.signet.lab.allocate;

import org.jspecify.annotations.NullMarked;
