<?php

use MailConnector\Licence;
use MailConnector\Secret;

/** A licence key as scripts/licence.py issues them, signed with this pair of keys. */
function sign_licence(array $content, string $pair, array $header = Licence::HEADER): string
{
    $signed = Secret::base64url(json_encode($header)) . '.' . Secret::base64url(json_encode($content));
    return "$signed." . Secret::base64url(sodium_crypto_sign_detached($signed, sodium_crypto_sign_secretkey($pair)));
}
