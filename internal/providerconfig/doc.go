// SPDX-License-Identifier: Apache-2.0

// Package providerconfig turns a managed resource's reference to its
// configuration into an address and a key, and keeps configurations from being
// deleted while they are used.
//
// A namespaced ProviderConfig reads its key from a Secret in its own namespace
// and from nowhere else: its base URL is the tenant's to choose, so anything
// that the tenant could not read must not be sent there.
package providerconfig
