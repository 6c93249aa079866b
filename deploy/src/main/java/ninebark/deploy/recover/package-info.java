/** What {@code ninebark recover} tells, for people and as JSON. */
package ninebark.deploy.recover;
