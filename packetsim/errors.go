// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/http"
	"strings"
)

// The texts clients are known to match or to show to people. Those of the real
// API are quoted as its users reported them.
const (
	textNotFound     = "Not found"
	textUnauthorized = "Invalid authentication token"
	textDenied       = "Access denied for the current authentication token"
	textDevice       = "You are not authorized to view this device"
	textUserData     = "Userdata unrecognized userdata format"
	textNoSSHKey     = "must have at least one SSH key or explicitly send no_ssh_keys option"
	textNoSpace      = "The specified project contains insufficient public IPv4 space to complete the request. Please e-mail support@equinixmetal.com."
	textNoHardware   = "There are no available hardware reservations for selected plan and facility"
	textNoServer     = "The facility %s has no provisionable %s servers matching your criteria"
	textOhSnap       = "Oh snap, something went wrong! We've logged the error and will take a look - please reach out to us if you continue having trouble."
)

// An apiError is an answer other than success. Its body is either a list of
// texts or, where single is set, one text.
type apiError struct {
	status int
	texts  []string
	single bool
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%d %s", e.status, strings.Join(e.texts, ", "))
}

// body returns the JSON body of the answer.
func (e *apiError) body() any {
	if e.single {
		return struct {
			Error string `json:"error"`
		}{strings.Join(e.texts, ", ")}
	}
	return struct {
		Errors []string `json:"errors"`
	}{e.texts}
}

func errUnauthorized() error {
	return &apiError{status: http.StatusUnauthorized, texts: []string{textUnauthorized}, single: true}
}

func errNotFound() error {
	return &apiError{status: http.StatusNotFound, texts: []string{textNotFound}}
}

func errForbidden(text string) error {
	return &apiError{status: http.StatusForbidden, texts: []string{text}}
}

func errInvalid(texts ...string) error {
	return &apiError{status: http.StatusUnprocessableEntity, texts: texts}
}
