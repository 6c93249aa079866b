/** How commands speak with the admin listener of a server that runs. */
package ninebark.deploy.admin;
