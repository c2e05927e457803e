// SPDX-License-Identifier: Apache-2.0

package conformance

// bareHrefs are tests that compare an href with one of the days when the API
// was served at the root of api.packet.net.
var bareHrefs = map[string]bool{
	"TestAccCreateOrgProject":           true,
	"TestAccCreateNonDefaultOrgProject": true,
	"TestAccListProjects":               true,
}

// slow are tests that sleep for minutes. They wait for nothing, so that all
// others run meanwhile and the whole takes no longer than the slowest.
var slow = map[string]bool{"TestAccDevicePortNetworkStateTransitions": true}

// Reasons for which acceptance tests are not run.
const (
	broken         = "broken in packngo: the test cleans up with a VLAN's number where packngo takes ids only, and then fails to delete the VLAN; the tour makes its requests"
	retiredStorage = "retired storage: the test makes a volume of a product that ended in 2021"
	carrier        = "carrier hardware: the test wants an interconnection"
	realService    = "the real service: the test asks it whatever PACKET_API_URL says"
)

// excluded are the acceptance tests that are not run, and why.
var excluded = map[string]string{
	"TestAccInvalidCredentials": realService,

	"TestAccVLANAssignmentServiceOp": broken,

	"TestAccDeviceAttachVolumeForceDelete": retiredStorage,
	"TestAccDeviceAttachVolume":            retiredStorage,
	"TestAccProjectListEvents":             retiredStorage,
	"TestAccVolumeBasic":                   retiredStorage,
	"TestAccVolumeUpdate":                  retiredStorage,
	"TestAccVolumeLargeList":               retiredStorage,

	"TestAccConnectionProject":              carrier,
	"TestAccConnectionOrganization":         carrier,
	"TestAccConnectionFabricTokenRedundant": carrier,
	"TestAccConnectionFabricTokenSingle":    carrier,
	"TestAccVirtualCircuitDedicated":        carrier,
	"TestAccVirtualCircuitShared":           carrier,
}
