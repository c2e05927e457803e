// SPDX-License-Identifier: Apache-2.0

package external

import (
	"slices"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// policies are what a managed resource allows to be done upstream.
type policies struct {
	create, update, delete bool
}

// writes is true if anything may be changed upstream.
func (p policies) writes() bool { return p.create || p.update || p.delete }

// policiesOf reads the management policies, and the deletion policy of a
// cluster-scoped resource.
//
// A deletion policy of Orphan always keeps the object. crossplane-runtime
// v2.2.3 ignores it where the management policies are written out and contain
// Delete, which deletes what the user asked to keep.
func policiesOf(mg resource.Managed) policies {
	allowed := func(a xpv1.ManagementAction) bool {
		return slices.Contains(mg.GetManagementPolicies(), xpv1.ManagementActionAll) ||
			slices.Contains(mg.GetManagementPolicies(), a)
	}
	p := policies{
		create: allowed(xpv1.ManagementActionCreate),
		update: allowed(xpv1.ManagementActionUpdate),
		delete: allowed(xpv1.ManagementActionDelete),
	}
	if o, ok := mg.(resource.Orphanable); ok && o.GetDeletionPolicy() == xpv1.DeletionOrphan {
		p.delete = false
	}
	return p
}
