// SPDX-License-Identifier: Apache-2.0

// Package parent is about the project that objects are in: none can be made
// without it, and it tells one that is gone from one that cannot be seen.
package parent

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// ReasonProjectNotFound is why an object is not made: there is no project for
// it.
const ReasonProjectNotFound external.Reason = "ProjectNotFound"

// Projects reads projects.
type Projects interface {
	GetProject(ctx context.Context, id string) (packet.Project, error)
}

// Check makes sure that there is the project in which an object of a kind, such
// as Device, is to be made. It returns a *external.Refusal if there is none.
func Check(ctx context.Context, api Projects, id, kind string) error {
	_, err := api.GetProject(ctx, id)
	switch {
	case packet.IsNotFound(err):
		return &external.Refusal{Reason: ReasonProjectNotFound, Message: fmt.Sprintf(
			"there is no project %s that the API key can see; if the id is wrong, create another %s with the right one; if it is of a Project that was made anew, "+
				"remove projectId, which a reference or selector then fills again, or have that follow with the policy resolve: Always", id, kind)}
	case err != nil:
		return fmt.Errorf("cannot read the project: %w", err)
	default:
		return nil
	}
}

// Lacks reports whether an object that the API key may not see, with a 403, is
// gone: its project is, which cannot be deleted while it has objects; or the same
// key reads the project, and the list, which is asked for later, lacks the
// object. Else the key has lost a permission. A list says nothing by itself: it
// is empty for a key that may not see what is in it. The project is the one that
// the object was in; if it is not known, nothing is.
func Lacks[T any](ctx context.Context, api Projects, projectID, id string,
	list func(ctx context.Context, projectID string) ([]T, error), idOf func(T) string,
) bool {
	if projectID == "" {
		return false
	}
	if _, err := api.GetProject(ctx, projectID); err != nil {
		return packet.IsNotFound(err)
	}
	objects, err := list(ctx, projectID)
	return err == nil && !slices.ContainsFunc(objects, func(o T) bool { return strings.EqualFold(idOf(o), id) })
}
