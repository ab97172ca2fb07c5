/** Users, API keys, roles and the one decision of who may do what. */
@NullMarked
package io.hopyard.core.access;

import org.jspecify.annotations.NullMarked;
