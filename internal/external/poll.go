// SPDX-License-Identifier: Apache-2.0

package external

import (
	"math/rand/v2"
	"time"

	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// AnnotationPollInterval sets the poll interval of one managed resource, as a
// duration such as 30s. Later versions of Crossplane's runtime read the same
// annotation.
const AnnotationPollInterval = "crossplane.io/poll-interval"

// MinPollInterval is the shortest poll interval that the annotation can ask
// for.
const MinPollInterval = 10 * time.Second

// PollInterval returns a hook that spreads polls by up to the fraction jitter
// in either direction, and honours AnnotationPollInterval. A value that is no
// duration is ignored.
func PollInterval(jitter float64, random func() float64) managed.PollIntervalHook {
	if random == nil {
		random = rand.Float64
	}
	return func(mg resource.Managed, interval time.Duration) time.Duration {
		if d, err := time.ParseDuration(mg.GetAnnotations()[AnnotationPollInterval]); err == nil {
			interval = max(d, MinPollInterval)
		}
		return interval + time.Duration((random()*2-1)*jitter*float64(interval))
	}
}
