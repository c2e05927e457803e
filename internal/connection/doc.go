// SPDX-License-Identifier: Apache-2.0

// Package connection writes connection details into the Secret that a managed
// resource names. It takes the place of crossplane-runtime's publisher, which
// writes at each poll when there is nothing to say, keeps what is no longer
// true, and cannot be replaced by an option: see Connector and Silent.
package connection
