// SPDX-License-Identifier: Apache-2.0

package packet

import "errors"

// A Class says what an error means to a caller. Classes exclude each other;
// whether a mutation may have happened is a question of its own, see
// [IsAmbiguous].
type Class string

// The classes of errors.
const (
	// ClassNotFound is a 404 of the API itself, or a BGP configuration that was
	// never made. A 404 without the API's error body, such as a proxy gives, is
	// ClassUnavailable: nobody may conclude from it that an object is gone.
	ClassNotFound Class = "not found"
	// ClassAlreadyExists is a refused duplicate: 422 "already has session".
	ClassAlreadyExists Class = "already exists"
	// ClassForbidden is a 403 of the API itself. A device that failed to
	// provision also answers 403, see
	// https://github.com/kubernetes-sigs/cluster-api-provider-packet/issues/245.
	ClassForbidden Class = "forbidden"
	// ClassUnauthorized is a 401, or a token that cannot be used.
	ClassUnauthorized Class = "unauthorized"
	// ClassBGPNotEnabled is 422 "BGP is not enabled": the project has no
	// enabled BGP configuration.
	ClassBGPNotEnabled Class = "BGP not enabled"
	// ClassBusy is a refusal that time alone will lift: 422 "Cannot delete a
	// device while it is provisioning".
	ClassBusy Class = "busy"
	// ClassLocked is 422 "Cannot delete a locked item": a device that people
	// have protected.
	ClassLocked Class = "locked"
	// ClassInvalid is any other definite refusal: a 4xx, hardware or addresses
	// that are not available (of which the first can be a 503), and arguments
	// that this package refuses without asking the API.
	ClassInvalid Class = "invalid"
	// ClassOtherKind is an answer with an object of another kind than was asked
	// for: the API knows blocks of addresses and addresses of devices by the same
	// path. The API refused nothing.
	ClassOtherKind Class = "another kind"
	// ClassRateLimited is a 429, or a spent budget; Error.RetryAfter says for how
	// long not to make another request.
	ClassRateLimited Class = "rate limited"
	// ClassUnavailable is all else: 5xx, timeouts, failed connections,
	// redirects, answers that cannot be understood, a cancelled context.
	ClassUnavailable Class = "unavailable"
)

// IsNotFound reports whether the API says that the object does not exist.
func IsNotFound(err error) bool { return is(err, ClassNotFound) }

// IsAlreadyExists reports whether the API refused a duplicate.
func IsAlreadyExists(err error) bool { return is(err, ClassAlreadyExists) }

// IsForbidden reports whether the API refused the credential this object.
func IsForbidden(err error) bool { return is(err, ClassForbidden) }

// IsUnauthorized reports whether the credential itself was refused.
func IsUnauthorized(err error) bool { return is(err, ClassUnauthorized) }

// IsBusy reports whether the object refuses this until its state has changed.
func IsBusy(err error) bool { return is(err, ClassBusy) }

// IsLocked reports whether the object is protected from deletion.
func IsLocked(err error) bool { return is(err, ClassLocked) }

// IsInvalid reports whether the request was refused for what it asked, which
// includes BGP that is not enabled and objects that are busy or locked.
func IsInvalid(err error) bool {
	return is(err, ClassInvalid) || is(err, ClassBGPNotEnabled) || IsBusy(err) || IsLocked(err)
}

// IsOtherKind reports whether the id is that of an object of another kind.
func IsOtherKind(err error) bool { return is(err, ClassOtherKind) }

// IsAmbiguous reports whether a mutation may have happened although it failed:
// a 5xx, a 408, a timeout, a connection cut or an unusable answer after sending,
// a 4xx that is not the API's own (401 and 429 excepted), or a refusal that the
// API is known to give although it did what was asked. It is false if the API
// definitely refused or was never reached.
func IsAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}

func is(err error, c Class) bool {
	var e *Error
	return errors.As(err, &e) && e.Class == c
}
