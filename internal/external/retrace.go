// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"time"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// attemptedKey is the key that was last attempted to be created at an endpoint,
// for kinds whose key can change; empty if none is recorded.
func attemptedKey(mg resource.Managed, endpoint string) string {
	if at, key, _ := strings.Cut(mg.GetAnnotations()[AnnotationCreationPlace], " "); at == endpoint {
		return key
	}
	return ""
}

// window is how long the object of an unresolved creation may still appear. To
// wait for it before a creation is repeated is up to the kind, and of no use if
// the API refuses a second object: one with the same key. A deletion waits in
// any case: nobody looks afterwards.
func (c *externalClient[A, S, X]) window(mg resource.Managed) time.Duration {
	window := c.Window
	if c.Retrace != nil && attemptedKey(mg, c.endpoint) == c.Key(c.args.merged) {
		window = 0
	}
	if meta.WasDeleted(mg) {
		window = max(window, c.late)
	}
	return window
}

// lacking says what is not known of what has to be looked for. A resource that
// is being deleted asks for nothing any more.
func (c *externalClient[A, S, X]) lacking(mg resource.Managed) string {
	if meta.WasDeleted(mg) {
		return c.Incomplete(c.sought)
	}
	return c.Incomplete(c.args.merged)
}
