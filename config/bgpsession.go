// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/crossplane-contrib/provider-packet/config/field"

// bgpSession describes a BGP session between a device and the routers above
// it. The API allows one session per device and address family, and lets only
// the default route be changed afterwards (PUT /bgp/sessions/{id}).
func bgpSession() field.Kind {
	return field.Kind{
		Name:       "BgpSession",
		Resource:   "packet_bgp_session",
		ShortNames: []string{"bgps"},
		Text: "A BgpSession is a BGP session between a device and the routers above it. " +
			"A device has at most one session per address family. Its project must have BGP enabled.",
		Fields: []field.Field{
			field.String("addressFamily", "Address family of the session: ipv4 or ipv6.").
				Must().Fixed().OneOf("ipv4", "ipv6"),
			field.String("deviceId", "Id of the device that speaks BGP.").
				Must().Fixed().Matching(uuidPattern, uuidText).RefersTo("Device"),
			field.Bool("defaultRoute", "Whether the routers announce a default route to the device. "+
				"Unset means false. Can be changed at any time; the session stays up."),

			field.String("status", "Status that the routers report, one word per router: up, down or unknown. "+
				"The API refreshes it rarely, so it can lag behind by hours.").Output(),
			field.Strings("learnedRoutes", "Prefixes that the routers have learned from the device.").Output(),
			field.Objects("neighbors", "The routers' side of the session, as a BGP daemon on the device needs it.",
				field.Int("customerAs", "Autonomous system number of the device.").Output(),
				field.String("customerIp", "Address from which the device speaks.").Output(),
				field.Int("peerAs", "Autonomous system number of the routers.").Output(),
				field.Strings("peerIps", "Addresses of the routers.").Output(),
				field.Bool("multihop", "Whether the routers are more than one hop away.").Output(),
				field.Bool("md5Enabled", "Whether the routers require a TCP-MD5 password.").Output(),
			).Output(),
		},
		Columns: []field.Column{
			{Name: "FAMILY", Path: ".status.atProvider.addressFamily", Text: "Address family of the session."},
			{Name: "STATUS", Path: ".status.atProvider.status", Text: "Status that the routers report."},
			{Name: "DEVICE", Path: ".status.atProvider.deviceId", Text: "Id of the device."},
			{Name: "ESTABLISHED", Path: ".status.conditions[?(@.type=='Established')].status", Wide: true, Text: "Whether every router says that the session is up."},
		},
	}
}
