// SPDX-License-Identifier: Apache-2.0

package external

import (
	"encoding/json"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// arguments are a managed resource's arguments as its kind sees them.
type arguments[A any] struct {
	// merged are the arguments of spec.forProvider, completed by those of
	// spec.initProvider.
	merged A
	// given holds the names of the arguments that stand in forProvider.
	given map[string]bool
	// initial holds the names of the arguments that stand in initProvider
	// only. They count at creation and are never compared afterwards.
	initial map[string]bool
	// waits is the path of a reference or selector that stands for an id which
	// is not known; empty if there is none. No other value may take its place.
	waits string
}

// A completion is how arguments are completed that a manifest does not write
// out.
type completion struct {
	// resolve replaces the arguments that name a key by the key's value. Nil
	// leaves them out.
	resolve func(forProvider map[string]any) error
	// defaults hold where nothing is written.
	defaults map[string]any
	// fallbacks hold where nothing is written, no reference either.
	fallbacks map[string]any
}

// loadArguments returns the arguments of a managed resource of either scope.
func loadArguments[A any](mg runtime.Object, by completion) (arguments[A], error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return arguments[A]{}, errors.Wrap(err, "cannot read the arguments")
	}
	forProvider, initProvider := object(content, "spec", "forProvider"), object(content, "spec", "initProvider")
	if by.resolve != nil {
		if err := by.resolve(forProvider); err != nil {
			return arguments[A]{}, err
		}
	}
	out := arguments[A]{given: map[string]bool{}, initial: map[string]bool{}}
	for name := range forProvider {
		out.given[name] = true
	}
	for name := range initProvider {
		if _, ok := forProvider[name]; !ok {
			out.initial[name] = true
		}
	}
	merged, references := map[string]any{}, standIns(content)
	for argument, value := range by.fallbacks {
		if references[argument] == "" {
			merged[argument] = value
		}
	}
	maps.Copy(merged, by.defaults)
	maps.Copy(merged, initProvider)
	maps.Copy(merged, forProvider)
	for argument, path := range references {
		if merged[argument] == nil {
			out.waits = path
		}
	}
	err = convert(merged, &out.merged)
	return out, errors.Wrap(err, "cannot read the arguments")
}

// loadState returns what was last reported of the managed resource's object.
func loadState[S any](mg runtime.Object) (S, error) {
	var state S
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return state, errors.Wrap(err, "cannot read the last observation")
	}
	err = convert(object(content, "status", "atProvider"), &state)
	return state, errors.Wrap(err, "cannot read the last observation")
}

// lastOf returns what was last reported of the object with the external name:
// nothing, if status still tells of one that it took the place of.
func lastOf[S any](mg resource.Managed) (S, error) {
	about, err := loadState[Identity](mg)
	if err != nil || !strings.EqualFold(about.ID, meta.GetExternalName(mg)) {
		return *new(S), err
	}
	return loadState[S](mg)
}

// An Identity is what status.atProvider says of every kind's object: which one
// was observed, and where. An id is unique at its endpoint only.
type Identity struct {
	ID       string `json:"id,omitempty"`
	Endpoint string `json:"endpoint,omitempty"`
}

// storeState replaces status.atProvider of a managed resource by what was
// observed at the endpoint.
func storeState[S any](mg resource.Managed, endpoint string, state S) error {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return errors.Wrap(err, "cannot report the observation")
	}
	atProvider := map[string]any{}
	if err := convert(state, &atProvider); err != nil {
		return errors.Wrap(err, "cannot report the observation")
	}
	atProvider["endpoint"] = endpoint
	status, ok := content["status"].(map[string]any)
	if !ok {
		status = map[string]any{}
		content["status"] = status
	}
	status["atProvider"] = atProvider
	return errors.Wrap(runtime.DefaultUnstructuredConverter.FromUnstructured(content, mg), "cannot report the observation")
}

// convert copies a value into another by their JSON names.
func convert(from, to any) error {
	raw, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

func object(content map[string]any, path ...string) map[string]any {
	for _, name := range path {
		next, ok := content[name].(map[string]any)
		if !ok {
			return nil
		}
		content = next
	}
	return content
}
