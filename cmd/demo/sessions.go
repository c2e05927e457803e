// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// awaitReady waits until every managed resource is Ready, and names each that
// becomes so.
func (d *demo) awaitReady(ctx context.Context) error {
	ready := map[*unstructured.Unstructured]bool{}
	return d.await(ctx, func(ctx context.Context) error {
		var missing []error
		for _, obj := range d.managed {
			if ready[obj] {
				continue
			}
			if err := d.checkReady(ctx, obj); err != nil {
				missing = append(missing, err)
				continue
			}
			ready[obj] = true
			d.sayf("%s is Ready: %s", describe(obj), atProvider(obj, "id"))
		}
		return errors.Join(missing...)
	})
}

// checkReady reads a managed resource anew and returns an error if it is not
// yet Ready and in accordance with its specification.
func (d *demo) checkReady(ctx context.Context, obj *unstructured.Unstructured) error {
	if err := d.read(ctx, obj); err != nil {
		return err
	}
	for _, want := range []string{"Synced", "Ready"} {
		if status, why := condition(obj, want); status != "True" {
			return fmt.Errorf("%s is not %s: %s", describe(obj), want, why)
		}
	}
	return nil
}

// updateSessions turns defaultRoute over on every session and waits until the
// status shows what the API has now.
func (d *demo) updateSessions(ctx context.Context) error {
	wanted := map[*unstructured.Unstructured]bool{}
	for _, obj := range d.sessions() {
		was, _, err := unstructured.NestedBool(obj.Object, "spec", "forProvider", "defaultRoute")
		if err != nil {
			return fmt.Errorf("cannot read defaultRoute of %s: %w", describe(obj), err)
		}
		wanted[obj] = !was
		patch := fmt.Appendf(nil, `{"spec":{"forProvider":{"defaultRoute":%t}}}`, !was)
		if err := d.kube.Patch(ctx, obj.DeepCopy(), client.RawPatch("application/merge-patch+json", patch)); err != nil {
			return fmt.Errorf("cannot change %s: %w", describe(obj), err)
		}
	}
	return d.await(ctx, func(ctx context.Context) error {
		var missing []error
		for _, obj := range d.sessions() {
			want := wanted[obj]
			missing = append(missing, d.checkReady(ctx, obj))
			if got, ok, err := unstructured.NestedBool(obj.Object, "status", "atProvider", "defaultRoute"); err != nil || !ok || got != want {
				missing = append(missing, fmt.Errorf("the status of %s does not show defaultRoute: %t", describe(obj), want))
			}
		}
		return errors.Join(missing...)
	})
}

// deleteManaged deletes every managed resource and waits until Kubernetes has
// none of them left.
func (d *demo) deleteManaged(ctx context.Context) error { return d.deleteAll(ctx, d.managed) }

func (d *demo) deleteAll(ctx context.Context, objs []*unstructured.Unstructured) error {
	for _, obj := range objs {
		if err := d.kube.Delete(ctx, obj.DeepCopy()); err != nil {
			return fmt.Errorf("cannot delete %s: %w", describe(obj), err)
		}
	}
	return d.await(ctx, func(ctx context.Context) error {
		var left []error
		for _, obj := range objs {
			err := d.read(ctx, obj.DeepCopy())
			if client.IgnoreNotFound(err) != nil {
				left = append(left, err)
			} else if err == nil {
				left = append(left, fmt.Errorf("%s is still there", describe(obj)))
			}
		}
		return errors.Join(left...)
	})
}

// sessions returns the managed resources that are BgpSessions.
func (d *demo) sessions() []*unstructured.Unstructured {
	var sessions []*unstructured.Unstructured
	for _, obj := range d.managed {
		if isSession(obj) {
			sessions = append(sessions, obj)
		}
	}
	return sessions
}

// read reads an object anew.
func (d *demo) read(ctx context.Context, obj *unstructured.Unstructured) error {
	if err := d.kube.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
		return fmt.Errorf("cannot read %s: %w", describe(obj), err)
	}
	return nil
}

// atProvider returns a text of what was observed at the API.
func atProvider(obj *unstructured.Unstructured, field string) string {
	text, _, _ := unstructured.NestedString(obj.Object, "status", "atProvider", field)
	return text
}

// condition returns the status of a condition, and the words it comes with.
func condition(obj *unstructured.Unstructured, name string) (status, why string) {
	list, _, _ := unstructured.NestedSlice(obj.Object, "status", "conditions")
	for _, item := range list {
		c, ok := item.(map[string]any)
		if ok && c["type"] == name {
			why, _ := c["reason"].(string)
			if message, ok := c["message"].(string); ok && message != "" {
				why += ": " + message
			}
			status, _ := c["status"].(string)
			return status, why
		}
	}
	return "Unknown", "there is no such condition yet"
}
