// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// users counts the managed resources of all kinds that refer to a
// configuration, whether or not they have recorded that they do.
type users struct {
	mu     sync.Mutex
	wakers map[string][]*waker
}

// add has the resources of a kind counted for the configurations of its group.
func (u *users) add(group string, w *waker) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.wakers == nil {
		u.wakers = map[string][]*waker{}
	}
	u.wakers[group] = append(u.wakers[group], w)
}

// of returns how many resources refer to a configuration of a group and kind.
func (u *users) of(ctx context.Context, group, kind string, config client.Object) int64 {
	u.mu.Lock()
	wakers := u.wakers[group]
	u.mu.Unlock()
	n := 0
	for _, w := range wakers {
		n += len(w.dependents(ctx, kind, client.ObjectKeyFromObject(config)))
	}
	return int64(n)
}
