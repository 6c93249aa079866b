/** How commands print for people: columns and quantities. Knows none of the commands. */
package ninebark.deploy.text;
