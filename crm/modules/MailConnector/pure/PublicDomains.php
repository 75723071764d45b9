<?php

namespace MailConnector;

/** Mail domains of providers for everybody: they tell nothing about a company.
 *  Written by `python scripts/domains.py`. */
final class PublicDomains
{
    private const NAMES = '126.com 163.com 1und1.de a1.net abv.bg aim.com alice.it aol.com aon.at arcor.de aruba.it arubapec.it '
        . 'att.net azet.sk bbox.fr bellsouth.net bigpond.com bk.ru blu.it bluewin.ch blueyonder.co.uk bol.com.br '
        . 'btinternet.com centrum.cz charter.net chello.at citromail.hu club-internet.fr comcast.net cox.net '
        . 'daum.net duck.com earthlink.net email.com email.de email.it fastmail.com fastmail.fm fastwebnet.it '
        . 'foxmail.com free.fr freemail.hu freenet.de giallo.it globo.com gmail.com gmx.at gmx.ca gmx.ch gmx.co.uk '
        . 'gmx.com gmx.de gmx.es gmx.fr gmx.hk gmx.ie gmx.li gmx.net gmx.pt gmx.sg gmx.tw gmx.us googlemail.com '
        . 'hanmail.net hey.com hispeed.ch home.nl hotmail.be hotmail.ca hotmail.ch hotmail.co hotmail.co.il '
        . 'hotmail.co.in hotmail.co.jp hotmail.co.kr hotmail.co.nz hotmail.co.th hotmail.co.uk hotmail.co.za '
        . 'hotmail.com hotmail.com.au hotmail.com.br hotmail.com.tr hotmail.cz hotmail.de hotmail.dk hotmail.es '
        . 'hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.jp hotmail.kg hotmail.kz hotmail.my '
        . 'hotmail.nl hotmail.no hotmail.ph hotmail.ru hotmail.se hotmail.sg hushmail.com i.ua icloud.com ig.com.br '
        . 'inbox.ru infinito.it interia.pl inwind.it iol.it jumpy.it kabelmail.de katamail.com kataweb.it kpnmail.nl '
        . 'laposte.net legalmail.it libero.it list.ru live.at live.be live.ca live.cl live.cn live.co.kr live.co.uk '
        . 'live.co.za live.com live.com.ar live.com.au live.com.mx live.com.pt live.com.sg live.de live.dk live.fr '
        . 'live.hk live.ie live.in live.it live.jp live.nl live.no live.ru live.se mac.com mail.com mail.de mail.ru '
        . 'mailbox.org me.com msn.com nate.com naver.com neuf.fr ntlworld.com o2.pl o2online.de onet.pl online.de '
        . 'op.pl optonline.net optusnet.com.au orange.fr outlook.at outlook.be outlook.cl outlook.co.id '
        . 'outlook.co.il outlook.co.nz outlook.co.th outlook.com outlook.com.au outlook.com.br outlook.com.gr '
        . 'outlook.com.pe outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk outlook.edu.pl outlook.es '
        . 'outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr outlook.lv outlook.my '
        . 'outlook.nl outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk outlook.tw passport.com pec.it '
        . 'pecimprese.it planet.nl pm.me poste.it postecert.it posteo.de posteo.net proton.me protonmail.ch '
        . 'protonmail.com proximus.be qq.com rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt '
        . 'sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com sunrise.ch supereva.it '
        . 'sympatico.ca t-online.de talktalk.net telefonica.net telenet.be teletu.it telia.com terra.com.br terra.es '
        . 'tim.it tin.it tiscali.co.uk tiscali.it tiscalinet.it tuta.com tuta.io tutanota.com tutanota.de ukr.net '
        . 'uol.com.br usa.com verizon.net virgilio.it virginmedia.com vodafone.de vodafone.it wanadoo.fr web.de '
        . 'windowslive.com wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.ae yahoo.at yahoo.be yahoo.ca yahoo.ch yahoo.cn '
        . 'yahoo.co yahoo.co.id yahoo.co.il yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk '
        . 'yahoo.co.za yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.hk '
        . 'yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.cz '
        . 'yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.jp '
        . 'yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.ru yahoo.se yandex.by yandex.com yandex.kz yandex.pl '
        . 'yandex.ru yandex.ua yeah.net ymail.com ymail.ne.jp ziggo.nl zoho.com zohomail.com zohomail.eu ';

    public static function has(string $domain): bool
    {
        return in_array(strtolower(trim($domain)), explode(' ', trim(self::NAMES)), true);
    }
}
