<?php

use MailConnector\Answer;
use MailConnector\PageRequest;
use MailConnector\Parameters;
use MailConnector\Pkce;
use MailConnector\Redirects;
use MailConnector\Refusal;
use MailConnector\Secret;
use MailConnector\Sessions;
use MailConnector\Version;

const SIGN_IN = 'https://addin.example.com/signin.html';
const CRM = 'https://CRM.example.com:443/crm/index.php';

function test_pkce_as_in_the_rfc(): void
{
    // RFC 7636, appendix B.
    $verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    $challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    same($challenge, Pkce::challenge($verifier));
    same(true, Pkce::matches($verifier, $challenge));
    same(false, Pkce::matches($challenge, $challenge));
    same(false, Pkce::matches(substr($verifier, 0, 42), $challenge));
    same(false, Pkce::matches("$verifier\n", $challenge));
    same(false, Pkce::isChallenge("$challenge\n"));
    same(false, Pkce::isVerifier(str_repeat('a', 129)));
}

function test_secrets_are_long_random_and_hashed(): void
{
    $one = Secret::make(Secret::TOKEN);
    same(1, preg_match('/^mct1_[A-Za-z0-9_-]{43}$/D', $one));
    same(false, $one === Secret::make(Secret::TOKEN));
    same(64, strlen(Secret::hash($one)));
}

function test_base64url_has_one_way_to_write(): void
{
    same("\xff\xfe", Secret::fromBase64url('__4'));
    same(null, Secret::fromBase64url('__5'), 'bits that do not count');
    same(null, Secret::fromBase64url('__4='));
    same(null, Secret::fromBase64url('a b'));
}

function test_the_token_of_a_header(): void
{
    same('mct1_x', Secret::bearer('Bearer mct1_x'));
    same('mct1_x', Secret::bearer('bearer  mct1_x '));
    same('', Secret::bearer('Basic YTpi'));
    same('', Secret::bearer(''));
    same('', Secret::bearer('Bearer a b'));
    same('', Secret::bearer('Bearer ' . str_repeat('a', 201)));
}

function test_redirects_that_may_be_listed(): void
{
    foreach ([SIGN_IN, 'https://a.example:8443/x/y-z_1.html', 'http://localhost:8443/s', 'http://127.0.0.1/s', 'https://[::1]:8443/s'] as $good) {
        same(true, Redirects::isAcceptable($good), $good);
    }
    $bad = [
        'http://addin.example.com/signin.html', 'https://addin.example.com', 'https://a@evil.example/s', SIGN_IN . '?a=b',
        SIGN_IN . '#a', SIGN_IN . "\n", "javascript:alert(1)", 'HTTPS://addin.example.com/s', 'https://Addin.example.com/s',
        'https://addin.example.com/../s', 'https://addin.example.com/a/./s', 'https://addin.example.com/%2e%2e/s',
        '//addin.example.com/s', 'https:///s', 'https://a.example\\@evil.example/s', 'https://a.example/s;x', '',
        'https://a.example/' . str_repeat('a', 255),
    ];
    foreach ($bad as $address) {
        same(false, Redirects::isAcceptable($address), $address);
    }
}

function test_a_list_of_redirects_as_typed(): void
{
    same([SIGN_IN, 'https://b.example/s'], Redirects::parse("  " . SIGN_IN . "  \r\n\n" . SIGN_IN . "\nhttps://b.example/s"));
    same([], Redirects::parse(" \n "));
    same('nonsense', throws(InvalidArgumentException::class, static fn () => Redirects::parse("nonsense"))->getMessage());
}

function test_a_redirect_is_allowed_character_by_character(): void
{
    same(true, Redirects::allows([SIGN_IN], SIGN_IN));
    foreach ([SIGN_IN . '/', strtoupper(SIGN_IN), SIGN_IN . '?', 'https://addin.example.com/signin.htm', ''] as $other) {
        same(false, Redirects::allows([SIGN_IN], $other), $other);
    }
    same(false, Redirects::allows(['javascript:alert(1)'], 'javascript:alert(1)'), 'a bad list');
}

function test_origins_are_written_as_browsers_do(): void
{
    same('https://addin.example.com', Redirects::origin(SIGN_IN));
    same('https://addin.example.com', Redirects::origin('https://addin.example.com:443/s'));
    same('https://addin.example.com:8443', Redirects::origin('https://addin.example.com:8443/s'));
    same('http://localhost', Redirects::origin('http://localhost:80/s'));
}

function test_versions_compare_by_their_numbers(): void
{
    foreach (json_decode(file_get_contents(__DIR__ . '/../../contract/versions.json'), true) as $case) {
        same($case['misfit'], Version::misfit($case['pane'], $case['minimum'], $case['maximum']), json_encode($case));
    }
}

function test_the_crm_versions_with_a_second_factor(): void
{
    same(false, Version::hasSecondFactor('20.04.3'));
    same(false, Version::hasSecondFactor('23.08'));
    same(true, Version::hasSecondFactor('24.08'));
    same(true, Version::hasSecondFactor('24.08.02'));
    same(true, Version::hasSecondFactor('25.02'));
}

function test_parameters_are_texts_of_bounded_length(): void
{
    $given = new Parameters(['username' => str_repeat('ü', 255), 'code' => null, 'stay' => true, 'pane' => str_repeat('1', 41)]);
    same(510, strlen($given->text('username')));
    same('', $given->text('code'));
    same('', $given->text('password'));
    foreach (['stay', 'pane'] as $name) {
        $refusal = throws(Refusal::class, static fn () => $given->text($name));
        same(['parameter' => $name], $refusal->details);
    }
}

function test_lists_are_json_lists_of_texts(): void
{
    same(['a', 'b'], (new Parameters(['references' => ' ["a", "b"]']))->texts('references'));
    same([], (new Parameters([]))->texts('references'));
    foreach (['{"a": "b"}', '[1]', '[["a"]]', '"a"', 'null', '[', '{}', 'a'] as $bad) {
        throws(Refusal::class, static fn () => (new Parameters(['references' => $bad]))->texts('references'));
    }
}

function test_the_envelope(): void
{
    same(['contract' => 1, 'ok' => true, 'result' => null], Answer::of(static fn () => null));
    $refused = Answer::of(static function (): void {
        throw new Refusal('locked', 'The user is locked.');
    });
    same('{"contract":1,"ok":false,"code":"locked","message":"The user is locked.","details":{}}', json_encode($refused));
    throws(LogicException::class, static fn () => Answer::of(static function (): void {
        throw new LogicException('not ours');
    }));
}

function test_device_names_are_cut_between_characters(): void
{
    same(str_repeat('ü', 100), Sessions::cut(str_repeat('ü', 300)));
    same('a b', Sessions::cut("a\r\n\x00b"));
    same('', Sessions::cut("\xff\xfe"));
}

function page_query(array $changes = []): array
{
    return $changes + [
        'contract' => '1', 'redirect_uri' => SIGN_IN, 'state' => str_repeat('s', 16), 'code_challenge' => str_repeat('c', 43),
        'code_challenge_method' => 'S256', 'device' => 'Web', 'stay' => '1', 'pane' => '1.0.0',
    ];
}

function test_a_request_to_the_sign_in_page_comes_back_to_itself(): void
{
    $request = PageRequest::from(page_query(), [SIGN_IN], CRM);
    $again = PageRequest::from($request->query(), [SIGN_IN], CRM);
    same(true, $request == $again);
    same(SIGN_IN . '#code=mcc1_a%26b&iss=https%3A%2F%2Fcrm.example.com%2Fcrm&state=' . str_repeat('s', 16), $request->back(['code' => 'mcc1_a&b']));
}

function test_arrays_in_the_query_are_nothing(): void
{
    same(null, PageRequest::from(page_query(['redirect_uri' => [SIGN_IN]]), [SIGN_IN], CRM));
    same(null, PageRequest::from(page_query(['state' => ['a']]), [SIGN_IN], CRM));
    same('', PageRequest::from(page_query(['code_challenge_method' => ['S256']]), [SIGN_IN], CRM)->challenge);
    same('', PageRequest::from(page_query(['contract' => '2']), [SIGN_IN], CRM)->challenge);
}

function test_the_visible_text_is_what_a_reader_sees_without_white_space(): void
{
    $of = static fn (string $html): string => MailConnector\VisibleText::of($html);
    same('Helloworld', $of("<p>Hello\n <b>wor</b>ld&nbsp;</p>"));
    same('ü🙂<', $of('<style>p {}</style><!-- c -->ü🙂&lt;<script>1</script>'));
    same('', $of(" <p>&zwnj;\u{200b}</p>\n<img src=\"data:image/png;base64,AAAA\">"));
    same(true, $of("a\xffb") !== '');
}

function test_addresses_with_data_are_left_out_of_tags_and_of_nothing_else(): void
{
    $pairs = [
        '<img src="data:image/png;base64,AA=="><p>(data:2026) metadata: x data:y</p>' => '<img src="data:,4"><p>(data:2026) metadata: x data:y</p>',
        '<p style="background:url(\'DATA:image/gif;base64,R0\')" title="a">b' => '<p style="background:url(\'data:,2\')" title="a">b',
        '<p style="x:url(data:a;b) no-repeat">' => '<p style="x:url(data:,0) no-repeat">',
        '<img src=data:image/png;base64,AA== alt=b>c' => '<img src=data:,4 alt=b>c',
        '<image href="data:image/svg+xml,<svg a=\'b\'><p>c</p></svg>"/><b>d</b>' => '<image href="data:,25"/><b>d</b>',
        '<img src="data:image/png;base64,AAAA' => '<img src="data:,4',
        'a < b data:c > data:d <' => 'a < b data:c > data:d <',
        '<img src="data:a"><img src="data:b"> data:c' => '<img src="data:,0"><img src="data:,0"> data:c',
    ];
    foreach ($pairs as $html => $left) {
        same($left, MailConnector\DataAddresses::leftOut($html));
    }
}

function test_large_bodies_lose_their_data_with_any_limit(): void
{
    $limit = (string) ini_set('pcre.backtrack_limit', '1000');
    $picture = str_repeat('iVBORw0KGgo+/', 300000);
    $left = MailConnector\DataAddresses::leftOut(str_repeat("<p>a</p><img src=\"data:image/png;base64,$picture\">", 3) . '<p>b</p>');
    ini_set('pcre.backtrack_limit', $limit);
    same(str_repeat('<p>a</p><img src="data:,3900000">', 3) . '<p>b</p>', $left);
}

function test_a_message_id_is_sought_with_what_stands_behind_it(): void
{
    $more = '<0123456789abcdef01234567@mail-connector.invalid>';
    $sought = new MailConnector\SoughtId('<a_%\\@x>');
    same([['<a_%\\@x>'], ['<a\_\%\\\\@x><%']], [$sought->equal, $sought->like]);
    foreach (['' => true, $more => true, "$more$more" => true, '<b@x>' => false, strtoupper($more) => false, " $more" => false, "$more\n" => false] as $end => $fits) {
        same($fits, $sought->fits("<a_%\\@x>$end"), (string) $end);
    }
    same(false, $sought->fits('<A_%\\@x>'));
    same([true, true], [(new MailConnector\SoughtId("<\u{1F642}@x>"))->fits('<????@x>'), (new MailConnector\SoughtId("<\u{1F642}@x>"))->fits("<\u{1F642}@x>$more")]);
}

function test_a_made_id_is_sought_by_its_beginning(): void
{
    $made = '<0123456789abcdef.ab.0.1.6560f0@mail-connector.invalid>';
    foreach (['<0123456789abcdef.', '<0123456789abcdef.ab.', '<0123456789abcdef.%.6560f0@', '<0123456789abcdef.ab.%.6560f0@mail-connector.invalid'] as $beginning) {
        $sought = new MailConnector\SoughtId($beginning);
        same([[], ["$beginning%"]], [$sought->equal, $sought->like]);
        same([true, false, false], [$sought->fits($made), $sought->fits(str_replace('ab', 'AB', $made)), $sought->fits(str_replace('.ab', '.ab.ab', $made))]);
    }
    same(false, (new MailConnector\SoughtId('<0123456789abcdef.%.6560f1@'))->fits($made));
    foreach (['<%', '<0123456789abcde.', '<0123456789abcdef.%', '<0123456789abcdef.a_.', '<0123456789ABCDEF.', '<0123456789abcdef.a@x', $made] as $plain) {
        same([$plain], (new MailConnector\SoughtId($plain))->equal);
    }
}

function test_large_pictures_are_kept_out_of_the_cleaning_and_come_back(): void
{
    $large = str_repeat('iVBORw0KGgo+/', 200000) . '==';
    $html = "<p>a</p><img src=\"data:image/png;base64,$large\"><img src=\"data:image/gif;base64,R0lGOD\"><p>b</p>";
    $pictures = new MailConnector\Pictures($html);
    same(true, strlen($pictures->html) < 250);
    same(1, substr_count($pictures->html, 'R0lGOD'));
    same($html, $pictures->back($pictures->html));
    same('<p>b</p>', $pictures->back('<p>b</p>'));
    $other = str_replace('image/png', 'text/html', $html);
    same($other, (new MailConnector\Pictures($other))->html, 'only pictures');
    same(false, (new MailConnector\Pictures('<img src="data:image/svg+xml;base64,' . $large . '">'))->any());
}

function test_a_pattern_holds_no_null_byte(): void
{
    // PHP before 8.2 takes no pattern with one.
    foreach (glob(dirname(__DIR__, 2) . '/crm/modules/MailConnector/pure/*.php') as $file) {
        $name = 'MailConnector\\' . basename($file, '.php');
        $constants = class_exists($name) ? (new ReflectionClass($name))->getConstants() : [];
        array_walk_recursive($constants, static fn ($value, $key) => same(false, strpos((string) $value, "\0")));
    }
}
