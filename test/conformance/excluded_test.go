// SPDX-License-Identifier: Apache-2.0

package conformance

// bareHrefs are tests that compare an href with one of the days when the API
// was served at the root of api.packet.net.
var bareHrefs = map[string]bool{
	"TestAccCreateOrgProject":           true,
	"TestAccCreateNonDefaultOrgProject": true,
	"TestAccListProjects":               true,
}

// Reasons for which acceptance tests are not run.
const (
	legacyHardware = "retired hardware: the test wants a plan that was withdrawn"
	retiredStorage = "retired storage: the test makes a volume of a product that ended in 2021"
	carrier        = "carrier hardware: the test wants an interconnection"
	spotMarket     = "spot market: not part of packetsim"
	gateways       = "metal gateways: not part of packetsim"
	batches        = "batches: not part of packetsim"
	account        = "account: mail addresses, notices and hardware reservations are not part of packetsim"
	realService    = "the real service: the test asks it whatever PACKET_API_URL says"
)

// excluded are the acceptance tests that are not run, and why.
var excluded = map[string]string{
	"TestAccInvalidCredentials": realService,

	"TestAccDevicePort1E":                        legacyHardware,
	"TestAccDevicePortL2HybridL3ConvertTypeC1LA": legacyHardware,
	"TestAccDevicePortL2HybridL3ConvertType2":    legacyHardware,
	"TestAccDevicePortL2HybridL3ConvertType3":    legacyHardware,
	"TestAccDevicePortL2HybridL3ConvertTypeS":    legacyHardware,
	"TestAccDevicePortL2HybridL3ConvertN2":       legacyHardware,
	"TestAccDevicePortL2L3ConvertType2A":         legacyHardware,
	"TestAccDevicePortL2L3ConvertType2":          legacyHardware,
	"TestAccDevicePortL2L3ConvertType3":          legacyHardware,
	"TestAccDevicePortL2L3ConvertTypeS":          legacyHardware,
	"TestAccDevicePortL2L3ConvertN2":             legacyHardware,
	"TestAccDevicePortNetworkStateTransitions":   legacyHardware,
	"TestAccDevicePortNativeVlan":                legacyHardware,

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

	"TestAccSpotMarketBasic":             spotMarket,
	"TestAccSpotMarketRequestBasic":      spotMarket,
	"TestAccSpotMarketRequestPriceAware": spotMarket,

	"TestAccMetalGatewaySubnetSize":          gateways,
	"TestAccMetalGatewayExistingReservation": gateways,

	"TestAccInstanceBatches":         batches,
	"TestAccVLANAssignmentServiceOp": batches,

	"TestAccCreateEmail":              account,
	"TestAccListNotifications":        account,
	"TestAccListHardwareReservations": account,
}
