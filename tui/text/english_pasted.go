package text

import "sfauth/flow"

// oddClientID says what was pasted in the place of a Consumer Key, and where that is.
var oddClientID = Words[flow.Pasted]{
	{flow.PastedKeyPart, "That is not all of it: a Consumer Key is 3MVG and some 80 characters."},
	{flow.PastedSecret, "That is the Consumer Secret. The Consumer Key stands above it in Setup, and begins with 3MVG."},
	{flow.PastedAccessToken, "That is an access token. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedRefreshToken, "That is a refresh token. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedOrgID, "That is the id of an org. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedAppID, "That is the id of the app, as in its address. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedRecordID, "That is the id of a record. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedUsername, "That is a username. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedAddress, "That is an address. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedExample, "That stands in a guide for your own. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedName, "That looks like the name of the app. The Consumer Key is in the app: Settings → OAuth Settings."},
	{flow.PastedUnknown, "That does not look like a Consumer Key, which is 3MVG and some 80 characters more."},
}

// oddSecret does the same for a Consumer Secret.
var oddSecret = Words[flow.Pasted]{
	{flow.PastedKey, "That is a Consumer Key. The Consumer Secret stands below it in Setup."},
	{flow.PastedAccessToken, "That is an access token. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedRefreshToken, "That is a refresh token. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedOrgID, "That is the id of an org. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedAppID, "That is the id of the app. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedRecordID, "That is the id of a record. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedUsername, "That is a username. sfauth never asks for a password: the Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedAddress, "That is an address. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedExample, "That stands in a guide for your own. The Consumer Secret stands below the Consumer Key in Setup."},
	{flow.PastedName, "That looks like a name. The Consumer Secret stands below the Consumer Key in Setup."},
}
