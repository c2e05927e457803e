// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// servers is the folder with the API for a server that speaks BGP, in the style
// of claims.
const servers = "examples/compositions/claim"

// claimKind is what a user of that API asks for.
const claimKind = "bgpservers.claims.platform.example.org"

func (d *demo) startCrossplane(ctx context.Context) error {
	var err error
	if d.crossplane, err = d.cluster.StartCrossplane(ctx, d.report); err != nil {
		return err
	}
	_, err = d.crossplane.StartFunction(ctx, localcluster.PatchAndTransform)
	return err
}

// offerServers does what a platform team does: it defines the API, and makes
// the project that servers belong to. From then on, what the API has is the
// servers'.
func (d *demo) offerServers(ctx context.Context) error {
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(servers), "*.yaml"))
	if err != nil {
		return fmt.Errorf("cannot list %s: %w", servers, err)
	}
	objs, err := readManifests(append(files, filepath.Join(root, filepath.FromSlash(servers), "examples", "platform.yaml"))...)
	if err != nil {
		return err
	}
	for _, obj := range objs {
		if strings.HasPrefix(obj.GetAPIVersion(), "meta.pkg.crossplane.io/") {
			continue // It says what a package is made of.
		}
		if err := d.apply(ctx, obj); err != nil {
			return err
		}
		if isManaged(obj) {
			if err := d.await(ctx, func(ctx context.Context) error { return d.checkReady(ctx, obj) }); err != nil {
				return err
			}
		}
	}
	return d.takeStock(ctx)
}

// claimServers does what a user does.
func (d *demo) claimServers(ctx context.Context) error {
	root, err := localcluster.Root()
	if err != nil {
		return err
	}
	objs, err := readManifests(filepath.Join(root, filepath.FromSlash(servers), "examples", "server.yaml"))
	if err != nil {
		return err
	}
	for _, obj := range objs {
		// The kind is served a few seconds after it was defined.
		if err := d.await(ctx, func(ctx context.Context) error { return d.apply(ctx, obj.DeepCopy()) }); err != nil {
			return err
		}
		if obj.GetKind() == "BgpServer" {
			d.claims = append(d.claims, obj)
		}
	}
	return d.await(ctx, func(ctx context.Context) error {
		var missing []error
		for _, obj := range d.claims {
			missing = append(missing, d.checkReady(ctx, obj))
		}
		return errors.Join(missing...)
	})
}

// showServers shows each level: what a user sees of the claims, what is below
// the first one, and what a router finds in its Secret.
func (d *demo) showServers(ctx context.Context) error {
	if len(d.claims) == 0 {
		return fmt.Errorf("there is no claim in %s", servers)
	}
	claim := d.claims[0]
	if err := d.get(ctx, "bgpserver", "-n", claim.GetNamespace()); err != nil {
		return err
	}
	d.printf("\n%s consists of:\n\n", describe(claim))
	if err := d.showTree(ctx, claim); err != nil {
		return err
	}
	name, _, _ := unstructured.NestedString(claim.Object, "spec", "writeConnectionSecretToRef", "name")
	secret := &corev1.Secret{}
	if err := d.kube.Get(ctx, client.ObjectKey{Namespace: claim.GetNamespace(), Name: name}, secret); err != nil {
		return fmt.Errorf("cannot read the Secret of %s: %w", describe(claim), err)
	}
	d.sayf("What a router needs is in Secret %s/%s: %s", claim.GetNamespace(), name, strings.Join(slices.Sorted(maps.Keys(secret.Data)), ", "))
	return nil
}

// returnServers deletes the claims and waits until they are gone.
func (d *demo) returnServers(ctx context.Context) error {
	return d.deleteAll(ctx, d.claims)
}
