// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"strings"
	"time"
)

// The module folders that programs are built from.
const (
	localModule     = "cluster/local"
	functionsModule = "cluster/functions"
)

// The modules whose versions programs are stamped with.
const (
	kubernetesModule = "k8s.io/kubernetes"
	crossplaneModule = "github.com/crossplane/crossplane/v2"
)

// A program is a command that is built from a module beside the project's own.
type program struct {
	name   string
	module string // Its folder, relative to the root of the source.
	pkg    string
	// versionOf is the dependency whose version stamp turns into linker flags;
	// without one the program is not stamped.
	versionOf string
	stamp     func(version string) string
	estimate  time.Duration // On two cores with nothing in Go's cache.
}

func devcluster() program {
	return program{
		name: "devcluster", module: localModule, pkg: "./cmd/devcluster",
		versionOf: kubernetesModule, stamp: stampKubernetes, estimate: 5 * time.Minute,
	}
}

func kubectl() program {
	return program{
		name: "kubectl", module: localModule, pkg: "k8s.io/kubernetes/cmd/kubectl",
		versionOf: kubernetesModule, stamp: stampKubernetes, estimate: 2 * time.Minute,
	}
}

func crossplane() program {
	return program{
		name: "crossplane", module: localModule, pkg: "./cmd/crossplane",
		versionOf: crossplaneModule, stamp: stampCrossplane, estimate: 3 * time.Minute,
	}
}

// function returns a composition function. Those that a Crossplane
// installation usually has are programs at the top of modules named like them.
func function(name string) program {
	return program{name: name, module: functionsModule, pkg: "github.com/" + organization + "/" + name, estimate: 3 * time.Minute}
}

// stampKubernetes returns linker flags for a version like v1.35.3, without
// which clients cannot tell what they talk to.
func stampKubernetes(version string) string {
	const set = " -X k8s.io/component-base/version."
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return set + "gitVersion=" + version + set + "gitMajor=" + major + set + "gitMinor=" + minor
}

// stampCrossplane returns linker flags for a version like v2.4.0, by which
// packages say what they need.
func stampCrossplane(version string) string {
	return " -X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=" + version
}
