<?php

namespace MailConnector;

/** Mail domains of providers for everybody: they tell nothing about a company. */
final class PublicDomains
{
    private const FAMILIES = ['gmx', 'hotmail', 'live', 'outlook', 'yahoo', 'yandex', 'ymail', 'rocketmail', 'btinternet'];
    private const NAMES = 'gmail.com googlemail.com msn.com passport.com windowslive.com icloud.com me.com mac.com aol.com aim.com '
        . 'mail.com email.com usa.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io '
        . 'tuta.com zoho.com zohomail.com zohomail.eu fastmail.com fastmail.fm hushmail.com mailbox.org posteo.de '
        . 'posteo.net hey.com duck.com mail.ru bk.ru list.ru inbox.ru rambler.ru ya.ru ukr.net i.ua qq.com 163.com '
        . '126.com yeah.net sina.com sina.cn sohu.com foxmail.com naver.com daum.net hanmail.net nate.com rediffmail.com '
        . 'libero.it virgilio.it alice.it tin.it tim.it tiscali.it inwind.it iol.it blu.it giallo.it email.it '
        . 'fastwebnet.it poste.it postecert.it pec.it legalmail.it arubapec.it pecimprese.it aruba.it tiscalinet.it '
        . 'vodafone.it teletu.it kataweb.it katamail.com supereva.it jumpy.it infinito.it web.de t-online.de freenet.de '
        . 'arcor.de online.de 1und1.de vodafone.de o2online.de mail.de email.de kabelmail.de bluewin.ch sunrise.ch '
        . 'hispeed.ch aon.at chello.at a1.net orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr '
        . 'club-internet.fr telefonica.net terra.es terra.com.br uol.com.br bol.com.br ig.com.br globo.com sapo.pt '
        . 'ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl telenet.be skynet.be proximus.be telia.com comcast.net '
        . 'verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net shaw.ca '
        . 'rogers.com sympatico.ca bigpond.com optusnet.com.au xtra.co.nz sky.com virginmedia.com ntlworld.com '
        . 'talktalk.net blueyonder.co.uk tiscali.co.uk wp.pl o2.pl onet.pl op.pl interia.pl seznam.cz centrum.cz '
        . 'azet.sk freemail.hu citromail.hu abv.bg';

    public static function has(string $domain): bool
    {
        $domain = strtolower(trim($domain));
        $parts = explode('.', $domain, 2);
        $isFamily = in_array($parts[0], self::FAMILIES, true) && ($parts[1] ?? '') !== '' && substr_count($parts[1], '.') <= 1;
        return $isFamily || in_array($domain, explode(' ', self::NAMES), true);
    }
}
