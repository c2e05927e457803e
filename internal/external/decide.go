// SPDX-License-Identifier: Apache-2.0

package external

// Upstream is what was found at the API for a managed resource.
type Upstream string

// What can be found. An API that cannot be read is none of these: nothing is
// decided then.
const (
	// Absent means that no object was found, neither by the external name nor,
	// where that counts, by the key.
	Absent Upstream = "Absent"
	// Matching means that the object is what the arguments ask for.
	Matching Upstream = "Matching"
	// Differing means that the object is the one asked for, and that some of
	// its fields, which can be changed, have other values.
	Differing Upstream = "Differing"
	// Foreign means that the external name belongs to an object that is not
	// the one the arguments identify. Of a managed resource that is being
	// deleted, an object that is known to be its own is never foreign, whatever
	// the arguments say by then.
	Foreign Upstream = "Foreign"
)

// Claim is a managed resource's right to its key against other managed
// resources with the same key.
type Claim string

// The outcomes of claiming.
const (
	// Held means that no other managed resource has a better right.
	Held Claim = "Held"
	// Lost means that another managed resource has the better right.
	Lost Claim = "Lost"
	// NotClaimed means that the policies allow no writes, so no right is
	// needed and none is taken from others.
	NotClaimed Claim = "NotClaimed"
)

// Creation is how far an earlier creation by this managed resource came.
type Creation string

// The states of a creation.
const (
	// Settled means that there was none, or that it is known how it ended.
	Settled Creation = "Settled"
	// Recent means that it is not known how it ended, and that its object may
	// not be visible yet: the kind's consistency window is still open.
	Recent Creation = "Recent"
	// Unresolved means that it is not known how it ended, and that its object
	// would be visible by now.
	Unresolved Creation = "Unresolved"
)

// A Situation is all that Decide looks at.
type Situation struct {
	Upstream Upstream
	Claim    Claim
	Creation Creation
	// Named is true if an external name is recorded.
	Named bool
	// Deleting is true if the managed resource is being deleted.
	Deleting bool
	// MayCreate, MayUpdate and MayDelete are what the management policies and
	// the deletion policy allow.
	MayCreate, MayUpdate, MayDelete bool
	// NoAdoption is true if the user opted out of adopting existing objects.
	NoAdoption bool
	// Recreate is true if the kind makes an object anew that vanished.
	Recreate bool
}

// An Action is what is to be done.
type Action string

// The actions.
const (
	// Observe reports the object's state and changes nothing.
	Observe Action = "Observe"
	// Adopt records the object's id as external name and the creation as
	// succeeded. Differences are mended afterwards as for any other object.
	Adopt Action = "Adopt"
	// Create makes the object.
	Create Action = "Create"
	// Wait does nothing until an earlier creation becomes visible or its
	// window ends.
	Wait Action = "Wait"
	// Update changes the fields that differ.
	Update Action = "Update"
	// Delete deletes the object.
	Delete Action = "Delete"
	// Release lets the managed resource go and leaves upstream alone.
	Release Action = "Release"
	// Refuse changes nothing and says why in a condition.
	Refuse Action = "Refuse"
)

// A Reason says why an action was decided. It becomes the reason of a
// condition or of an event where the user has to know.
type Reason string

// The reasons.
const (
	// ReasonNone goes with actions that need no explanation.
	ReasonNone Reason = ""
	// ReasonConflict: another managed resource manages the same object.
	ReasonConflict Reason = "Conflict"
	// ReasonMismatch: the external name belongs to another object.
	ReasonMismatch Reason = "ExternalNameMismatch"
	// ReasonAdoptionRefused: the object exists and adopting it is opted out.
	ReasonAdoptionRefused Reason = "AdoptionRefused"
	// ReasonNotFound: there is no object and the policies forbid to create it.
	ReasonNotFound Reason = "NotFound"
	// ReasonVanished: the object is gone and this kind is not made anew.
	ReasonVanished Reason = "Vanished"
	// ReasonCreationUnconfirmed: it is not known yet how a creation ended.
	ReasonCreationUnconfirmed Reason = "CreationUnconfirmed"
	// ReasonUpdateForbidden: the object differs and the policies forbid to
	// change it.
	ReasonUpdateForbidden Reason = "UpdateForbidden"
	// ReasonDeleteForbidden: the policies forbid to delete the object.
	ReasonDeleteForbidden Reason = "DeleteForbidden"
	// ReasonNotOurs: the object was never created or adopted by this managed
	// resource.
	ReasonNotOurs Reason = "NotOurs"
)

// A Decision is an action and the reason for it.
type Decision struct {
	Action Action
	Reason Reason
}

// Decide says what is to be done in a situation. It is a pure function and
// defined for every situation.
func Decide(s Situation) Decision {
	switch {
	case s.Deleting:
		return decideDeletion(s)
	case s.Claim == Lost:
		return Decision{Refuse, ReasonConflict}
	case s.Upstream == Foreign:
		return Decision{Refuse, ReasonMismatch}
	case s.Upstream == Absent:
		return decideAbsent(s)
	default:
		return decidePresent(s)
	}
}

// decideDeletion never deletes what this managed resource did not create or
// adopt: a key alone gives no right to delete.
func decideDeletion(s Situation) Decision {
	switch {
	case s.Claim == Lost:
		return Decision{Release, ReasonConflict}
	case s.Upstream == Foreign:
		return Decision{Release, ReasonMismatch}
	case s.Upstream == Absent && s.Creation == Recent && s.MayDelete:
		return Decision{Wait, ReasonCreationUnconfirmed}
	case s.Upstream == Absent:
		return Decision{Release, ReasonNone}
	case !s.Named && s.Creation == Settled:
		return Decision{Release, ReasonNotOurs}
	case !s.MayDelete:
		return Decision{Release, ReasonDeleteForbidden}
	default:
		return Decision{Delete, ReasonNone}
	}
}

func decideAbsent(s Situation) Decision {
	switch {
	case s.Creation == Recent:
		return Decision{Wait, ReasonCreationUnconfirmed}
	case s.Named && !s.Recreate:
		return Decision{Refuse, ReasonVanished}
	case !s.MayCreate || s.Claim != Held:
		return Decision{Refuse, ReasonNotFound}
	default:
		return Decision{Create, ReasonNone}
	}
}

func decidePresent(s Situation) Decision {
	switch {
	case !s.Named && s.NoAdoption && s.Creation == Settled && s.Claim == Held:
		return Decision{Refuse, ReasonAdoptionRefused}
	case !s.Named, s.Creation != Settled:
		// A name without a settled creation is what a crash between recording
		// the one and confirming the other leaves behind.
		return Decision{Adopt, ReasonNone}
	case s.Upstream == Differing && s.MayUpdate && s.Claim == Held:
		return Decision{Update, ReasonNone}
	case s.Upstream == Differing:
		return Decision{Observe, ReasonUpdateForbidden}
	default:
		return Decision{Observe, ReasonNone}
	}
}
