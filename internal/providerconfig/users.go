// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A User is a managed resource that uses a configuration.
type User struct {
	// Kind of the resource. Its group is that of the configuration.
	Kind string
	// Namespace of the resource; empty for a cluster-scoped one.
	Namespace string
	Name      string
}

// String names the user for a person: BgpSession team-a/edge.
func (u User) String() string {
	if u.Namespace == "" {
		return u.Kind + " " + u.Name
	}
	return u.Kind + " " + u.Namespace + "/" + u.Name
}

// named is how many users are named where there may be many.
const named = 3

// users of one configuration.
type users map[User]bool

func (u users) add(more ...User) {
	for _, one := range more {
		u[one] = true
	}
}

// String says how many users there are, and names some of them, always the
// same.
func (u users) String() string {
	all := slices.SortedFunc(maps.Keys(u), func(a, b User) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	var some []string
	for _, one := range all[:min(named, len(all))] {
		some = append(some, one.String())
	}
	noun := "resources"
	if len(all) == 1 {
		noun = "resource"
	}
	text := fmt.Sprintf("%d %s: %s", len(all), noun, strings.Join(some, ", "))
	if more := len(all) - len(some); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
