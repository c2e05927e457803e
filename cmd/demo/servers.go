// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// servers is the folder with the API for a server that speaks BGP, in the style
// of claims.
const servers = "examples/compositions/claim"

// claimKind is what a user of that API asks for, and compositeKind what stands
// for it in the cluster.
const (
	claimKind     = "bgpservers.claims.platform.example.org"
	compositeKind = "xbgpservers.claims.platform.example.org"
)

func (d *demo) startCrossplane(ctx context.Context) error {
	var err error
	if d.crossplane, err = d.cluster.StartCrossplane(ctx, d.report); err != nil {
		return err
	}
	_, err = d.crossplane.StartFunction(ctx, localcluster.PatchAndTransform)
	return err
}

// offerServers does what a platform team does: it defines the API, and makes
// the project that servers belong to.
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
	}
	return nil
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

// showServers shows each level: the claims, the composites that stand for them,
// and what one of those consists of.
func (d *demo) showServers(ctx context.Context) error {
	if len(d.claims) == 0 {
		return fmt.Errorf("there is no claim in %s", servers)
	}
	parts := "crossplane.io/claim-name=" + d.claims[0].GetName()
	for _, args := range [][]string{{claimKind, "-A"}, {compositeKind}, {"managed", "-l", parts}} {
		d.printf("\n$ kubectl get %s", strings.Join(args, " "))
		if err := d.get(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// returnServers deletes the claims, and checks that nothing of them is left at
// the API.
func (d *demo) returnServers(ctx context.Context) error {
	for _, obj := range d.claims {
		if err := d.kube.Delete(ctx, obj.DeepCopy()); err != nil {
			return fmt.Errorf("cannot delete %s: %w", describe(obj), err)
		}
	}
	err := d.await(ctx, func(ctx context.Context) error {
		for _, obj := range d.claims {
			err := d.read(ctx, obj.DeepCopy())
			if err == nil {
				return fmt.Errorf("%s is still there", describe(obj))
			}
			if client.IgnoreNotFound(err) != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.await(ctx, d.checkNoDevices)
}

// checkNoDevices asks packetsim for the devices of the claims' project.
func (d *demo) checkNoDevices(ctx context.Context) error {
	project, _, _ := unstructured.NestedString(d.claims[0].Object, "status", "projectId")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.endpoint+"projects/"+project+"/devices", http.NoBody)
	if err != nil {
		return fmt.Errorf("cannot ask for the devices: %w", err)
	}
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // To our packetsim.
	if err != nil {
		return fmt.Errorf("cannot ask for the devices: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // It was read.
	var list struct {
		Devices []struct {
			Hostname string `json:"hostname"`
		} `json:"devices"`
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("cannot read the devices of project %q: status %d", project, resp.StatusCode)
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return fmt.Errorf("cannot read the devices of project %q: %w", project, err)
	}
	if len(list.Devices) > 0 {
		return fmt.Errorf("the API still has devices: %v", list.Devices)
	}
	return nil
}
