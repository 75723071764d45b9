<?php

namespace MailConnector;

/** Mail domains of providers for everybody: they tell nothing about a company.
 *  Written by `python scripts/domains.py`. */
final class PublicDomains
{
    private const NAMES = '126.com 163.com 1und1.de a1.net abv.bg addy.io aim.com airbnb.com airbnb.de airbnb.it alibaba.com '
        . 'alice.it altervista.org amazon.co.uk amazon.com amazon.de amazon.es amazon.fr amazon.it anonaddy.me '
        . 'aol.com aon.at archiworldpec.it arcor.de aruba.it arubapec.it atlassian.net att.net autoscout24.com '
        . 'autoscout24.de autoscout24.it azet.sk azurewebsites.net bbox.fr bellsouth.net bigpond.com bk.ru '
        . 'blogspot.com blu.it bluewin.ch blueyonder.co.uk bol.com.br booking.com btinternet.com business.site '
        . 'casellapec.com centrum.cz cert.legalmail.it charter.net chello.at citromail.hu club-internet.fr '
        . 'comcast.net cox.net daum.net duck.com earthlink.net ebay.co.uk ebay.com ebay.de ebay.es ebay.fr ebay.it '
        . 'email.com email.de email.it etsy.com europages.com expedia.com facebook.com facebookmail.com fastmail.com '
        . 'fastmail.fm fastwebnet.it foxmail.com free.fr freemail.hu freenet.de freshdesk.com geopec.it giallo.it '
        . 'gigapec.it github.com github.io gitlab.com gitlab.io globo.com gmail.com gmx.at gmx.ca gmx.ch gmx.co.uk '
        . 'gmx.com gmx.de gmx.es gmx.fr gmx.hk gmx.ie gmx.li gmx.net gmx.pt gmx.sg gmx.tw gmx.us google.com '
        . 'googlemail.com hanmail.net herokuapp.com hey.com hispeed.ch home.nl hotmail.be hotmail.ca hotmail.ch '
        . 'hotmail.co hotmail.co.il hotmail.co.in hotmail.co.jp hotmail.co.kr hotmail.co.nz hotmail.co.th '
        . 'hotmail.co.uk hotmail.co.za hotmail.com hotmail.com.au hotmail.com.br hotmail.com.tr hotmail.cz '
        . 'hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.jp '
        . 'hotmail.kg hotmail.kz hotmail.my hotmail.nl hotmail.no hotmail.ph hotmail.ru hotmail.se hotmail.sg '
        . 'houzz.com hushmail.com i.ua icloud.com idealista.com idealista.it ig.com.br immobiliare.it '
        . 'immobilienscout24.de immoscout24.ch inbox.ru indeed.com infinito.it ingpec.eu instagram.com interia.pl '
        . 'inwind.it iol.it jimdo.com jimdofree.com jimdosite.com jumpy.it kabelmail.de katamail.com kataweb.it '
        . 'kleinanzeigen.de kpnmail.nl lamiapec.it laposte.net legalmail.it libero.it linkedin.com linktr.ee list.ru '
        . 'live.at live.be live.ca live.cl live.cn live.co.kr live.co.uk live.co.za live.com live.com.ar live.com.au '
        . 'live.com.mx live.com.pt live.com.sg live.de live.dk live.fr live.hk live.ie live.in live.it live.jp '
        . 'live.nl live.no live.ru live.se mac.com mail.com mail.de mail.ru mailbox.org me.com medium.com mobile.de '
        . 'mozmail.com msn.com mypec.eu myshopify.com nate.com naver.com netlify.app neuf.fr ntlworld.com o2.pl '
        . 'o2online.de onet.pl online.de onmicrosoft.com op.pl open.legalmail.it optonline.net optusnet.com.au '
        . 'orange.fr outlook.at outlook.be outlook.cl outlook.co.id outlook.co.il outlook.co.nz outlook.co.th '
        . 'outlook.com outlook.com.au outlook.com.br outlook.com.gr outlook.com.pe outlook.com.tr outlook.com.vn '
        . 'outlook.cz outlook.de outlook.dk outlook.edu.pl outlook.es outlook.fr outlook.hu outlook.ie outlook.in '
        . 'outlook.it outlook.jp outlook.kr outlook.lv outlook.my outlook.nl outlook.ph outlook.pt outlook.sa '
        . 'outlook.sg outlook.sk outlook.tw pages.dev paginegialle.it passport.com paypal.me pec.aruba.it pec.it '
        . 'pec.libero.it pec.poste.it pec.tim.it pec.vodafone.it pecditta.com pecimprese.it pinterest.com planet.nl '
        . 'pm.me postacertificata.gov.it poste.it postecert.it posteo.de posteo.net privaterelay.appleid.com '
        . 'proton.me protonmail.ch protonmail.com proximus.be qq.com rambler.ru rediffmail.com registerpec.it '
        . 'rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr sharepoint.com shaw.ca '
        . 'sicurezzapostale.it simplelogin.co simplelogin.com sina.cn sina.com sky.com skynet.be sohu.com '
        . 'stepstone.de subito.it substack.com sunrise.ch supereva.it sympatico.ca t-online.de t.me talktalk.net '
        . 'telefonica.net telenet.be teletu.it telia.com terra.com.br terra.es tiktok.com tim.it tin.it '
        . 'tiscali.co.uk tiscali.it tiscalinet.it tripadvisor.com tripadvisor.de tripadvisor.it trustpilot.com '
        . 'tuta.com tuta.io tutanota.com tutanota.de twitter.com twtcert.it ukr.net uol.com.br usa.com vercel.app '
        . 'verizon.net vimeo.com virgilio.it virginmedia.com vodafone.de vodafone.it wa.me wanadoo.fr web.app web.de '
        . 'webnode.com webnode.it weebly.com whatsapp.com windowslive.com wixsite.com wordpress.com wp.pl x.com '
        . 'xing.com xs4all.nl xtra.co.nz ya.ru yahoo.ae yahoo.at yahoo.be yahoo.ca yahoo.ch yahoo.cn yahoo.co '
        . 'yahoo.co.id yahoo.co.il yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk '
        . 'yahoo.co.za yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.hk '
        . 'yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.cz '
        . 'yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.jp '
        . 'yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.ru yahoo.se yandex.by yandex.com yandex.kz yandex.pl '
        . 'yandex.ru yandex.ua yeah.net yelp.com ymail.com ymail.ne.jp youtube.com zendesk.com ziggo.nl zoho.com '
        . 'zohomail.com zohomail.eu ';

    public static function has(string $domain): bool
    {
        return in_array(strtolower(trim($domain)), explode(' ', trim(self::NAMES)), true);
    }
}
