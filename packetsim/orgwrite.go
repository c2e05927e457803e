// SPDX-License-Identifier: Apache-2.0

package packetsim

// organizationRequest is the body that creates or changes an organization.
type organizationRequest struct {
	Name        *string     `json:"name"`
	Description *string     `json:"description"`
	Website     *string     `json:"website"`
	Twitter     *string     `json:"twitter"`
	Logo        *string     `json:"logo"`
	CustomData  looseObject `json:"customdata"`
	Address     looseObject `json:"address"`
}

func (c *call) createOrganization() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	o, err := c.changeOrganization(Organization{ID: newID(), MemberIDs: []string{u.ID}, CreatedAt: c.now})
	if err != nil {
		return answer{}, err
	}
	return created(o.render(c.view))
}

func (c *call) updateOrganization() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if o, err = c.changeOrganization(o); err != nil {
		return answer{}, err
	}
	return ok(o.render(c.view))
}

// changeOrganization applies the body to an organization and stores it.
func (c *call) changeOrganization(o Organization) (Organization, error) {
	var req organizationRequest
	if err := c.decode(&req); err != nil {
		return o, err
	}
	set(&o.Name, req.Name)
	set(&o.Description, req.Description)
	set(&o.Website, req.Website)
	set(&o.Twitter, req.Twitter)
	set(&o.Logo, req.Logo)
	if req.CustomData != nil {
		o.CustomData = jsonObject(req.CustomData)
	}
	if req.Address != nil {
		o.Address = jsonObject(req.Address)
	}
	if o.Name == "" {
		return o, errInvalid("Name can't be blank")
	}
	o.UpdatedAt = c.now
	c.st.orgs.put(o)
	return o, nil
}

func (c *call) deleteOrganization() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if c.st.projects.count("organization/"+o.ID) > 0 {
		return answer{}, errInvalid("Cannot delete an organization with projects")
	}
	c.st.orgs.delete(o.ID)
	return noContent()
}

// listPaymentMethods answers with nothing: nobody pays for a simulation.
func (c *call) listPaymentMethods() (answer, error) {
	if _, err := c.organization(c.param("id")); err != nil {
		return answer{}, err
	}
	return ok(struct {
		Methods []link `json:"payment_methods"`
	}{[]link{}})
}
