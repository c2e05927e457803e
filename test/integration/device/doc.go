// SPDX-License-Identifier: Apache-2.0

// Package device tests Devices of both scopes as users meet them; package stage
// says how. The API's clock stands still until a test moves it, so that ten
// minutes of provisioning, lists that lag behind by two minutes, and a root
// password that is shown for a day take no time.
package device
