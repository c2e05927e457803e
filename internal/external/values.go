// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// The ends of the names of arguments that name a key of a Secret or of a
// ConfigMap. The value becomes the argument without the end: md5SecretRef is
// where md5 comes from.
const (
	secretRef    = "SecretRef"
	configMapRef = "ConfigMapRef"
)

// errMissing is an error of a value that is not there, as opposed to one that
// could not be read.
var errMissing = errors.New("missing")

type missingError struct{ error }

func missing(err error) error { return missingError{err} }

// Is says what the error is.
func (missingError) Is(target error) bool { return target == errMissing }

// A keyRef names a key of a Secret or of a ConfigMap.
type keyRef struct {
	kind            string
	namespace, name string
	key             string
}

// resolveValues replaces the arguments that name a key by the key's value. It
// reads live: nobody keeps copies of Secrets.
//
// The resources of a namespace read what is in their own namespace only. One
// that is being deleted does without what is gone already: deleting an object
// takes none of its arguments.
func resolveValues(ctx context.Context, from client.Reader, mg resource.Managed, forProvider map[string]any) error {
	for name, value := range forProvider {
		ref, argument := keyRefOf(name, value, mg.GetNamespace())
		if argument == "" {
			continue
		}
		text, err := ref.read(ctx, from)
		if err != nil && (!meta.WasDeleted(mg) || !errors.Is(err, errMissing)) {
			return errors.Wrapf(err, "cannot read what spec.forProvider.%s names", name)
		}
		delete(forProvider, name)
		if err == nil {
			forProvider[argument] = text
		}
	}
	return nil
}

// keyRefOf returns the key that an argument names, and the name of the argument
// whose value it is; the name is empty if the argument names no key.
func keyRefOf(name string, value any, namespace string) (ref keyRef, argument string) {
	parts, ok := value.(map[string]any)
	if !ok {
		return keyRef{}, ""
	}
	text := func(part string) string { s, _ := parts[part].(string); return s }
	ref = keyRef{namespace: text("namespace"), name: text("name"), key: text("key")}
	if namespace != "" {
		ref.namespace = namespace
	}
	for end, kind := range map[string]string{secretRef: "Secret", configMapRef: "ConfigMap"} {
		if argument, ok := strings.CutSuffix(name, end); ok && argument != "" {
			ref.kind = kind
			return ref, argument
		}
	}
	return keyRef{}, ""
}

// SecretsOf returns the Secrets that hold arguments of a managed resource.
func SecretsOf(mg resource.Managed) []types.NamespacedName { return holdersOf(mg, "Secret") }

// ConfigMapsOf returns the ConfigMaps that hold arguments of a managed resource.
func ConfigMapsOf(mg resource.Managed) []types.NamespacedName { return holdersOf(mg, "ConfigMap") }

func holdersOf(mg resource.Managed, kind string) []types.NamespacedName {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return nil
	}
	var out []types.NamespacedName
	for name, value := range object(content, "spec", "forProvider") {
		if ref, argument := keyRefOf(name, value, mg.GetNamespace()); argument != "" && ref.kind == kind {
			out = append(out, types.NamespacedName{Namespace: ref.namespace, Name: ref.name})
		}
	}
	return out
}

// sourceOf says where a managed resource has the value of an argument.
func sourceOf(mg resource.Managed, argument string) string {
	where := "spec.forProvider." + argument
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(mg)
	if err != nil {
		return where
	}
	for name, value := range object(content, "spec", "forProvider") {
		if ref, of := keyRefOf(name, value, mg.GetNamespace()); of == argument {
			return fmt.Sprintf("key %q of %s %s/%s, which spec.forProvider.%s names", ref.key, ref.kind, ref.namespace, ref.name, name)
		}
	}
	return where
}

// read returns the value of the key.
func (r keyRef) read(ctx context.Context, from client.Reader) (string, error) {
	name := types.NamespacedName{Namespace: r.namespace, Name: r.name}
	var value string
	var found bool
	var err error
	switch r.kind {
	case "Secret":
		s := &corev1.Secret{}
		err = from.Get(ctx, name, s)
		raw, ok := s.Data[r.key]
		value, found = string(raw), ok
	default:
		c := &corev1.ConfigMap{}
		err = from.Get(ctx, name, c)
		value, found = c.Data[r.key]
		if raw, ok := c.BinaryData[r.key]; ok {
			value, found = string(raw), true
		}
	}
	switch {
	case kerrors.IsNotFound(err):
		return "", missing(errors.Errorf("there is no %s %s; create it, or correct the reference", r.kind, name))
	case err != nil:
		return "", errors.Wrapf(err, "cannot read %s %s", r.kind, name)
	case !found:
		return "", missing(errors.Errorf("%s %s has no key %q", r.kind, name, r.key))
	}
	return value, nil
}
