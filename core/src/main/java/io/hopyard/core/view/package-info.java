/** Feature views, their query trees and training datasets. */
@NullMarked
package io.hopyard.core.view;

import org.jspecify.annotations.NullMarked;
