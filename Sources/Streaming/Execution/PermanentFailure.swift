/// An error that no further attempt can mend, such as a file that is not there or a request that is refused.
package protocol PermanentFailure: Error {}
