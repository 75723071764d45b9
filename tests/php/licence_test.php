<?php

use MailConnector\Licence;
use MailConnector\Secret;

require_once __DIR__ . '/sign_licence.php';

/** A key pair, made once. */
function licence_pair(): string
{
    static $pair = null;
    return $pair = $pair ?? sodium_crypto_sign_keypair();
}

function licence_public(): string
{
    return Secret::base64url(sodium_crypto_sign_publickey(licence_pair()));
}

function licence_key(array $changes = [], array $header = Licence::HEADER): string
{
    $content = $changes + ['installation' => 'Our Company', 'crm_url' => 'https://crm.example.com/crm', 'users' => 25, 'until' => '2027-12-31', 'number' => '7'];
    return sign_licence($content, licence_pair(), $header);
}

function refused_licence(string $key, ?array $keys = null): string
{
    return throws(InvalidArgumentException::class, static fn () => Licence::read($key, $keys ?? [licence_public()]))->getMessage();
}

function test_a_licence_is_read(): void
{
    $licence = Licence::read(licence_key(), [licence_public()]);
    same(['Our Company', 'https://crm.example.com/crm', 25, '2027-12-31', '7'], [
        $licence->installation, $licence->crmUrl, $licence->users, $licence->until, $licence->number,
    ]);
}

function test_white_space_of_a_mail_does_not_matter(): void
{
    same(25, Licence::read(' ' . chunk_split(licence_key(), 40, "\r\n "), [licence_public()])->users);
}

function test_a_licence_of_another_key_is_refused(): void
{
    $other = Secret::base64url(sodium_crypto_sign_publickey(sodium_crypto_sign_keypair()));
    same('signature', refused_licence(licence_key(), [$other]));
    same('signature', refused_licence(licence_key(), []));
    same('signature', refused_licence(licence_key(), ['nonsense', '']));
    same(25, Licence::read(licence_key(), [$other, licence_public()])->users, 'the second key');
}

function test_a_changed_licence_is_refused(): void
{
    [$header, , $signature] = explode('.', licence_key());
    [, $better] = explode('.', licence_key(['users' => 9999]));
    same('signature', refused_licence("$header.$better.$signature"));
    same('unreadable', refused_licence(''));
    same('unreadable', refused_licence(licence_key() . '.x'));
    $last = substr(licence_key(), 0, -1) . (substr(licence_key(), -1) === 'A' ? 'B' : 'A');
    same('signature', refused_licence($last), 'bits of the signature');
}

function test_only_the_one_header_is_taken(): void
{
    same(25, Licence::read(licence_key([], array_reverse(Licence::HEADER)), [licence_public()])->users, 'in any order');
    foreach ([
        ['alg' => 'none'] + Licence::HEADER, ['alg' => 'HS256'] + Licence::HEADER, ['typ' => 'JWT'] + Licence::HEADER,
        ['alg' => 'EdDSA'], [], Licence::HEADER + ['crit' => ['b64']], Licence::HEADER + ['jwk' => ['kty' => 'OKP']],
    ] as $header) {
        same('unreadable', refused_licence(licence_key([], $header)), json_encode($header));
    }
    $parts = explode('.', licence_key());
    same('unreadable', refused_licence('W10.' . $parts[1] . '.' . $parts[2]), 'a list');
}

function test_a_signed_licence_still_has_to_make_sense(): void
{
    foreach ([['users' => 0], ['users' => '25'], ['until' => '2027-02-30'], ['until' => 'never'], ['installation' => null], ['crm_url' => 7]] as $changes) {
        same('content', refused_licence(licence_key($changes)));
    }
}

function test_a_licence_is_bound_to_name_and_address(): void
{
    $licence = Licence::read(licence_key(), [licence_public()]);
    same('', $licence->misfit('our  company ', 'HTTPS://CRM.example.com:443/crm/index.php'));
    same('installation', $licence->misfit('Our Company 2', 'https://crm.example.com/crm'));
    same('installation', $licence->misfit('', 'https://crm.example.com/crm'));
    foreach (['https://crm.example.com', 'http://crm.example.com/crm', 'https://crm.example.com/CRM', 'https://crm.example.com:8443/crm', ''] as $other) {
        same('crm_url', $licence->misfit('Our Company', $other), $other);
    }
}

function test_the_last_day_counts(): void
{
    $licence = Licence::read(licence_key(), [licence_public()]);
    same(false, $licence->isOver('2027-12-31'));
    same(true, $licence->isOver('2028-01-01'));
}
