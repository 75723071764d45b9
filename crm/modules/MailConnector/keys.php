<?php
/**
 * The public keys (Ed25519, base64url) whose licences this component takes. scripts/component.py writes them here when it
 * builds the package; in the source there are none, and no licence fits.
 */
return [];
